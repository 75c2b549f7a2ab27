import type { Page } from 'playwright';

/** What a page has done that the app never does. */
export interface PageWatch {
  /** Texts of the dialogs that it opened; they are dismissed. */
  readonly dialogs: readonly string[];
  /** Addresses outside the app that it asked for. */
  readonly foreignRequests: readonly string[];
}

/** Watches a page from now on. */
export function watchPage(page: Page): PageWatch {
  const dialogs: string[] = [];
  const foreignRequests: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('app://')) foreignRequests.push(request.url());
  });
  return { dialogs, foreignRequests };
}

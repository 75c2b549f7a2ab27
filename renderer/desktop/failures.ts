import { call } from '../bridge.ts';

/** The class of a thrown value, which holds nothing private; its message may. */
function kindOf(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error';
}

/** Tells the main process of an error that nothing handled. */
export function reportFailure(thrown: unknown): void {
  void call('window.failed', { kind: kindOf(thrown) });
}

/** Reports what nothing in the page handles. */
export function reportFailures(page: Window): void {
  page.addEventListener('error', ({ error }: ErrorEvent) => {
    // Chromium tells of a slow ResizeObserver in this way, without an error: nothing is broken.
    if (error !== null && error !== undefined) reportFailure(error);
  });
  page.addEventListener('unhandledrejection', ({ reason }) => reportFailure(reason));
}

/** What no page may do, in whatever window or session it finds itself: asserted for each as Electron creates it. */
import type { App, Session, WebContents } from 'electron';
import { APP_PAGE } from './assets.ts';

/** Confines every page and every session of the app from now on. Must run before the first of them is created. */
export function confineAll(app: App): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
  app.on('session-created', lockDown);
}

/** Keeps a page on the app's own document: no other page, no window, no webview, no device. */
function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (event.url.replace(/#.*$/, '') !== APP_PAGE) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // Where nobody answers, Electron takes the first device that it finds.
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
}

/** Denies all that an inbox never needs: permissions, devices, downloads and every request to somewhere else. */
function lockDown(session: Session): void {
  // Notifications are no exception: the main process shows them, so the page needs no permission for it.
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // A spell checker that is merely disabled still fetches a dictionary from Chromium's maker; one without languages does not.
  session.setSpellCheckerLanguages([]);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file:///*'] },
    (_request, answer) => answer({ cancel: true }),
  );
}

/** Brings the window's page back after its process died, or stops trying and says so. */
import { app, type BrowserWindow } from 'electron';
import type { Log } from '../engine-api.ts';
import { APP_PAGE } from './assets.ts';
import { createReloadBudget } from './reload-budget.ts';
import { RESTART_LINK, TROUBLE_PAGE } from './trouble-page.ts';

/** What {@link loadAndRevive} needs. */
export interface RevivalParts {
  readonly log: Log;
  /** The person asks for a fresh start of the whole app. */
  readonly restart: () => void;
}

/** Loads the page into the window, and again whenever it is lost; the window may be hidden all the while. */
export function loadAndRevive(window: BrowserWindow, { log, restart }: RevivalParts): void {
  const contents = window.webContents;
  const budget = createReloadBudget();

  function load(page: string): void {
    if (window.isDestroyed()) return;
    window.loadURL(page).catch(() => log('window.load_failed', { isTroublePage: page === TROUBLE_PAGE }));
  }

  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const delayMs = budget.next(performance.now());
    log('window.gone', { reason, reloadInMs: delayMs });
    // Never at once: Electron itself crashes when a page is loaded while it still tells of the end of the last one.
    setTimeout(() => load(delayMs === null ? TROUBLE_PAGE : APP_PAGE), delayMs ?? 0);
  });
  contents.on('did-navigate', (_event, url, status) => {
    // Without the page's own files there is nothing to try again.
    if (url === APP_PAGE && status >= 400) load(TROUBLE_PAGE);
  });
  contents.on('will-navigate', ({ url }) => {
    if (url === RESTART_LINK && contents.getURL() === TROUBLE_PAGE) restart();
  });

  // Chromium starts its graphics process again by itself; what was on the screen has to be asked for.
  const repaint = (_event: unknown, { type, reason }: { type: string; reason: string }): void => {
    if (type !== 'GPU') return;
    log('window.graphics_gone', { reason });
    contents.invalidate();
  };
  app.on('child-process-gone', repaint);
  window.once('closed', () => app.off('child-process-gone', repaint));
  load(APP_PAGE);
}

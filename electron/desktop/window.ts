import { BrowserWindow, nativeTheme } from 'electron';
import type { Log } from '../engine-api.ts';
import { loadAndRevive } from './revive.ts';
import { type Bounds, LEAST_SIZE } from './window-state.ts';

/** What {@link openWindow} needs. */
export interface WindowParts {
  /** Absolute path of the preload script. */
  readonly preload: string;
  /** Absolute path of a PNG. */
  readonly icon: string;
  readonly title: string;
  readonly bounds: Bounds;
  readonly isMaximized: boolean;
  /** Only where the system brings its own dictionaries: Chromium would fetch them from a foreign host. */
  readonly checksSpelling: boolean;
  /** False for a start that stays in the tray; asked once the page can be seen. */
  readonly mayShow: () => Promise<boolean>;
  readonly log: Log;
  /** Starts the whole app afresh. */
  readonly restart: () => void;
}

/** Background until the page has painted; the same colours as the page's own, so nothing flashes. */
const BACKGROUND = { light: '#ffffff', dark: '#17181b' } as const;

/** Opens the app's one window and starts loading its page; it shows itself once the page can be seen. */
export function openWindow(parts: WindowParts): BrowserWindow {
  const { preload, icon, title, bounds, log } = parts;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    show: false,
    title,
    icon,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: parts.checksSpelling,
      navigateOnDragDrop: false,
    },
  });
  const showFirst = async (): Promise<void> => {
    if (!(await parts.mayShow()) || window.isDestroyed()) return;
    if (parts.isMaximized) window.maximize();
    window.show();
    log('window.shown', { sinceStartMs: Math.round(performance.now()) });
  };
  window.once('ready-to-show', () => void showFirst());
  // The title carries the unread count; the page's own <title> would overwrite it.
  window.on('page-title-updated', (event) => event.preventDefault());
  loadAndRevive(window, parts);
  return window;
}

/** Brings the window to the front for a person who asked for it. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** The app's one window through its lives: opened, hidden, closed, opened again. Nobody else keeps hold of it. */
import { type BrowserWindow, screen } from 'electron';
import type { ChangeBatch } from '../../shared/views.ts';
import { IPC_CHANGES_CHANNEL } from '../../shared/channels.ts';
import type { CloseAction } from './close-policy.ts';
import { type Bounds, fittingBounds, type WindowState } from './window-state.ts';
import { showWindow } from './window.ts';

/** What {@link createInboxWindow} needs. */
export interface InboxWindowParts {
  /** Opens it in this place; it shows itself when it has something to show. */
  readonly open: (bounds: Bounds, isMaximized: boolean) => BrowserWindow;
  readonly remembered: () => WindowState | null;
  readonly remember: (state: WindowState) => void;
  /** Asked each time that the window is about to be closed. */
  readonly closeAction: () => CloseAction;
  /** The window is closed for the first time: the person is to be told what that means here. */
  readonly introduceTray: () => void;
  /** Every time that one is opened. */
  readonly onOpened: (window: BrowserWindow) => void;
}

/** The window. */
export interface InboxWindow {
  /** Null while there is none. */
  current(): BrowserWindow | null;
  /** Opens it if there is none. */
  open(): void;
  /** Brings it to the front for a person who asked for it, whatever state it is in. */
  readonly show: () => void;
  /** Closes it from view; it lives on. */
  hide(): void;
  /** Visible, not minimised, and the keyboard is its own. */
  isWatched(): boolean;
  /** It was hidden, and there is nothing left to bring it back: puts it into the taskbar. */
  surface(): void;
  readonly send: (batch: ChangeBatch) => void;
}

/** Creates the window's keeper; the first window opens with `open`. */
export function createInboxWindow(parts: InboxWindowParts): InboxWindow {
  let kept: BrowserWindow | null = null;
  /** The question is on the screen. */
  let isIntroducing = false;

  function current(): BrowserWindow | null {
    return kept === null || kept.isDestroyed() ? null : kept;
  }

  function workAreas(): Bounds[] {
    const main = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
    return [main, ...others].map(({ workArea }) => workArea);
  }

  function open(): void {
    if (current() !== null) return;
    const state = parts.remembered();
    const window = parts.open(fittingBounds(state?.bounds ?? null, workAreas()), state?.isMaximized ?? false);
    kept = window;
    window.on('close', (event) => {
      parts.remember({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
      const action = parts.closeAction();
      if (action === 'close') return;
      event.preventDefault();
      if (action === 'minimise') return window.minimize();
      // Pressed again while the question is there: that is an answer, too.
      if (action === 'hide' || isIntroducing) return hide();
      isIntroducing = true;
      parts.introduceTray();
    });
    window.once('closed', () => {
      if (kept === window) kept = null;
    });
    parts.onOpened(window);
  }

  function hide(): void {
    isIntroducing = false;
    current()?.hide();
  }

  screen.on('display-removed', () => {
    const window = current();
    if (window === null) return;
    const bounds = window.getNormalBounds();
    const fitting = fittingBounds(bounds, workAreas());
    if (fitting !== bounds) window.setBounds(fitting);
  });

  return {
    current,
    open,
    hide,
    show: () => {
      const window = current();
      if (window === null) open();
      else showWindow(window);
    },
    isWatched: () => {
      const window = current();
      return window !== null && window.isVisible() && !window.isMinimized() && window.isFocused();
    },
    surface: () => {
      const window = current();
      if (window === null || window.isVisible() || window.isMinimized()) return;
      // Without taking the keyboard from whatever the person is doing.
      window.showInactive();
      window.minimize();
    },
    send: (batch) => current()?.webContents.send(IPC_CHANGES_CHANNEL, batch),
  };
}

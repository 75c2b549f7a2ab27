/** The app's icon in the tray, with the unread count in its image, its tooltip and its menu. */
import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { PauseLength } from '../../shared/desktop.ts';
import { PRODUCT_NAME } from '../../shared/words/product.ts';
import type { Words } from '../../shared/words/words.ts';
import type { TrayImages } from './tray-images.ts';

/** What the icon shows. */
export interface TrayState {
  readonly unreadCount: number;
  readonly isPaused: boolean;
  readonly words: Words;
}

/** What can be done with it. */
export interface TrayActions {
  readonly open: () => void;
  /** Pauses notifications; null ends the pause. */
  readonly pause: (length: PauseLength | null) => void;
  readonly quit: () => void;
}

/** The icon. */
export interface TrayIcon {
  update(state: TrayState): void;
  /** Registers the icon anew: Electron asks for a tray once only, and finds none that starts later. */
  renew(): void;
  destroy(): void;
}

/** Puts the icon into the tray. */
export function createTray(images: TrayImages, actions: TrayActions, first: TrayState): TrayIcon {
  let state = first;
  let tray = create();

  function create(): Tray {
    const created = new Tray(images.tray(state.unreadCount));
    created.on('click', actions.open);
    describe(created);
    return created;
  }

  function describe(target: Tray): void {
    const { unreadCount, words } = state;
    target.setToolTip(unreadCount > 0 ? words.say('tray.unread', { count: unreadCount }) : PRODUCT_NAME);
    // macOS alone shows text beside the image, and its image has no count.
    target.setTitle(unreadCount > 0 ? String(unreadCount) : '');
    // Some panels read a menu once only: a new one is always read.
    target.setContextMenu(Menu.buildFromTemplate(template()));
  }

  function template(): MenuItemConstructorOptions[] {
    const { unreadCount, isPaused, words } = state;
    const { say } = words;
    return [
      {
        label: unreadCount > 0 ? say('tray.openUnread', { count: unreadCount }) : say('tray.open'),
        click: actions.open,
      },
      isPaused
        ? { label: say('tray.resume'), click: () => actions.pause(null) }
        : {
            label: say('tray.pause'),
            submenu: [
              { label: say('tray.pause30'), click: () => actions.pause('30') },
              { label: say('tray.pause60'), click: () => actions.pause('60') },
              { label: say('tray.pauseTomorrow'), click: () => actions.pause('tomorrow') },
            ],
          },
      { type: 'separator' },
      { label: say('tray.quit'), click: actions.quit },
    ];
  }

  return {
    update: (next) => {
      state = next;
      // The app is ending, and its window was closed after the icon was taken away.
      if (tray.isDestroyed()) return;
      tray.setImage(images.tray(state.unreadCount));
      describe(tray);
    },
    renew: () => {
      tray.destroy();
      tray = create();
    },
    destroy: () => tray.destroy(),
  };
}

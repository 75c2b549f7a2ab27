/** The desktop's parts as this system has them. The only place that asks which system it is. */
import path from 'node:path';
import { app, Notification } from 'electron';
import { PRODUCT_NAME } from '../../shared/words/product.ts';
import type { Words } from '../../shared/words/words.ts';
import type { Log } from '../engine-api.ts';
import { type Badge, createLauncherBadge, createOverlayBadge, type OverlayWindow } from './badge.ts';
import type { Bus } from './dbus/bus.ts';
import { openSessionBus, openSystemBus } from './dbus/session-bus.ts';
import { errorKind } from './error-kind.ts';
import { DESKTOP_ENTRY } from './identity.ts';
import { createBusNotifier } from './notifications/bus-notifier.ts';
import { createLateNotifier } from './notifications/late-notifier.ts';
import type { NotificationEvents, Notifier } from './notifications/notifier.ts';
import { createSystemNotifier } from './notifications/system-notifier.ts';
import { HIDDEN_SWITCH, setAutostartFile } from './start-at-login.ts';
import type { TrayImages } from './tray-images.ts';
import { watchTrayHost } from './tray-host.ts';

const LOGIND = 'org.freedesktop.login1';

/** What {@link createPlatform} needs. */
export interface PlatformParts {
  readonly platform: NodeJS.Platform;
  readonly images: TrayImages;
  readonly words: () => Words;
  /** Absolute path of the app's icon, for desktops on which it is not installed. */
  readonly icon: string;
  readonly log: Log;
}

/** The system's side of the desktop. */
export interface Platform {
  readonly hasTrayAlways: boolean;
  readonly createNotifier: (events: NotificationEvents) => Notifier;
  readonly badge: Badge;
  /** To be told of each window that is opened. */
  attach(window: OverlayWindow): void;
  /** Tells at first, and each time that a tray comes or goes; without a bus there is none. */
  watchTray(tell: (hasTray: boolean) => void): void;
  /**
   * Tells that the computer is about to be shut down, where Electron does not: on Linux it forgets to listen when that
   * is asked of it at the start.
   */
  watchShutdown(tell: () => void): Promise<void>;
  readonly setStartAtLogin: (isWanted: boolean) => void;
}

/** Puts the parts together. */
export function createPlatform(parts: PlatformParts): Platform {
  return parts.platform === 'linux' ? createLinux(parts) : createOther(parts);
}

function createLinux({ words, icon, log }: PlatformParts): Platform {
  const opening = openSessionBus(process.env);
  let badge: Badge = () => {};
  let count = 0;
  void opening.then((bus) => {
    log('desktop.bus', { isOpen: bus !== null });
    if (bus === null) return;
    badge = createLauncherBadge(bus, DESKTOP_ENTRY);
    badge(count);
  });
  const onBus = (use: (bus: Bus) => void, otherwise: () => void): void =>
    void opening.then((bus) => (bus === null ? otherwise() : use(bus)));
  return {
    hasTrayAlways: false,
    createNotifier: (events) =>
      createLateNotifier(opening, (bus) =>
        createBusNotifier({
          ...events,
          bus,
          appName: PRODUCT_NAME,
          desktopEntry: DESKTOP_ENTRY,
          // What lies in the packaged archive no other program can read.
          icon: app.isPackaged ? DESKTOP_ENTRY : icon,
          replyLabel: () => words().say('notifications.reply'),
        }),
      ),
    badge: (unreadCount) => {
      count = unreadCount;
      badge(unreadCount);
    },
    attach: () => {},
    watchTray: (tell) =>
      onBus(
        (bus) => watchTrayHost(bus, tell),
        () => tell(false),
      ),
    watchShutdown: async (tell) => {
      const bus = await openSystemBus(process.env);
      await bus?.listen(
        { sender: LOGIND, interface: `${LOGIND}.Manager`, member: 'PrepareForShutdown' },
        ([isAboutToHappen]) => {
          if (isAboutToHappen === true) tell();
        },
      );
      log('desktop.shutdown_watched', { isWatched: bus !== null });
    },
    setStartAtLogin: (isWanted) => {
      const configHome = process.env['XDG_CONFIG_HOME'] ?? path.join(app.getPath('home'), '.config');
      const program = process.env['APPIMAGE'] ?? process.execPath;
      try {
        setAutostartFile(
          { configHome, desktopEntry: DESKTOP_ENTRY, appName: PRODUCT_NAME, program },
          isWanted,
        );
      } catch (error) {
        log('desktop.autostart_failed', { error: errorKind(error) });
      }
    },
  };
}

function createOther({ platform, images, words }: PlatformParts): Platform {
  const overlay = createOverlayBadge({
    image: (count) => images.overlay(count),
    description: (count) => words().say('tray.unread', { count }),
  });
  return {
    hasTrayAlways: true,
    createNotifier: (events) =>
      createSystemNotifier({
        ...events,
        create: (options) => new Notification(options),
        replyLabel: () => words().say('notifications.reply'),
        onActivation:
          platform === 'win32'
            ? // Windows may have one ready from before the start: it is told once all parts are there.
              (tell) => void setImmediate(() => Notification.handleActivation(tell))
            : null,
      }),
    badge: platform === 'win32' ? overlay.show : (count) => void app.setBadgeCount(count),
    attach: (window) => {
      if (platform === 'win32') overlay.attach(window);
    },
    watchTray: (tell) => tell(true),
    watchShutdown: async () => {},
    setStartAtLogin: (isWanted) => app.setLoginItemSettings({ openAtLogin: isWanted, args: [HIDDEN_SWITCH] }),
  };
}

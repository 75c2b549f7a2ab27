/** The unread count on the app's button in dock, taskbar or launcher; best effort, never the only sign of it. */
import type { NativeImage } from 'electron';
import type { Bus } from './dbus/bus.ts';

/** Shows a count somewhere; 0 takes it away. */
export type Badge = (unreadCount: number) => void;

/** For launchers that follow the LauncherEntry signal, such as KDE's and Ubuntu's. */
export function createLauncherBadge(bus: Bus, desktopEntry: string): Badge {
  return (unreadCount) =>
    bus.emit(
      { path: '/com/trainerinbox/app', interface: 'com.canonical.Unity.LauncherEntry', member: 'Update' },
      {
        signature: 'sa{sv}',
        body: [
          `application://${desktopEntry}.desktop`,
          [
            ['count', { signature: 'x', value: unreadCount }],
            ['count-visible', { signature: 'b', value: unreadCount > 0 }],
          ],
        ],
      },
    );
}

/** The part of a window that carries a badge on Windows. */
export interface OverlayWindow {
  isDestroyed(): boolean;
  setOverlayIcon(overlay: NativeImage | null, description: string): void;
  on(event: 'show' | 'restore' | 'focus', listener: () => void): unknown;
}

/** What {@link createOverlayBadge} needs. */
export interface OverlayParts {
  readonly image: (unreadCount: number) => NativeImage;
  /** For screen readers: "3 unread". */
  readonly description: (unreadCount: number) => string;
}

/** Windows forgets the overlay of a window that was hidden, so it is put there again each time that one shows. */
export function createOverlayBadge({ image, description }: OverlayParts): {
  readonly attach: (window: OverlayWindow) => void;
  readonly show: Badge;
} {
  let current: OverlayWindow | null = null;
  let count = 0;

  function apply(): void {
    if (current === null || current.isDestroyed()) return;
    current.setOverlayIcon(count > 0 ? image(count) : null, count > 0 ? description(count) : '');
  }

  return {
    attach: (window) => {
      current = window;
      for (const event of ['show', 'restore', 'focus'] as const) window.on(event, apply);
      apply();
    },
    show: (unreadCount) => {
      count = unreadCount;
      apply();
    },
  };
}

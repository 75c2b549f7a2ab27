import type { DesktopView } from '../../shared/desktop.ts';

/** A desktop that has everything, with the settings of a first start. */
export const DESKTOP: DesktopView = {
  settings: {
    notifications: true,
    notificationContent: 'full',
    notificationSound: true,
    closeToTray: true,
    startAtLogin: false,
    enterSends: true,
  },
  pausedUntil: null,
  canNotify: null,
  hasTray: true,
};

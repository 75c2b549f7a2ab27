import type { DesktopView } from '../../shared/desktop.ts';
import type { UpdateView } from '../../shared/updates.ts';

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

/** Updates of a copy that has just started. */
export const UPDATES: UpdateView = { phase: 'idle', checkedAt: null, problem: null };

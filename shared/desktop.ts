/** What the person chose for the desktop, and what the desktop can do, as both sides say it. */
import { z } from './schema.ts';

/** What notifications show: the person's name and the text, the name alone, or neither. */
const notificationContentSchema = z.enum(['full', 'name', 'nothing']);

/** Settings that the window may change. */
export const desktopSettingsSchema = z.strictObject({
  notifications: z.boolean(),
  notificationContent: notificationContentSchema,
  notificationSound: z.boolean(),
  /** Closing the window keeps the app in the tray. */
  closeToTray: z.boolean(),
  startAtLogin: z.boolean(),
  /** Enter sends what is written; otherwise it begins a new line, and Ctrl+Enter sends. */
  enterSends: z.boolean(),
});

export type DesktopSettings = Readonly<z.infer<typeof desktopSettingsSchema>>;

/** How long notifications can be paused: minutes, or until the next morning at seven. */
export const pauseLengthSchema = z.enum(['30', '60', 'tomorrow']);
export type PauseLength = z.infer<typeof pauseLengthSchema>;

/** The desktop, for the window. */
export interface DesktopView {
  readonly settings: DesktopSettings;
  /** ISO time by this computer's clock until which no notification is shown, or null. */
  readonly pausedUntil: string | null;
  /** The system shows notifications; null until the first one was tried. */
  readonly canNotify: boolean | null;
  /** There is a tray that the window can be closed to. */
  readonly hasTray: boolean;
}

/** Notifications by Electron's own class, for macOS and Windows, whose systems take them without being waited for. */
import type { NotificationConstructorOptions } from 'electron';
import { keyWithin, SUMMARY_KEY } from './keys.ts';
import type { NotificationEvents, NotificationRequest, Notifier } from './notifier.ts';

/** The part of Electron's `Notification` that is used. */
export interface SystemNotification {
  on(event: 'click' | 'close' | 'failed' | 'show', listener: () => void): unknown;
  on(event: 'reply', listener: (event: unknown, reply: string) => void): unknown;
  show(): void;
  close(): void;
}

/** What was done with a notification, as Windows tells it. */
export interface Activation {
  /** `click`, `action` or `reply`. */
  readonly type: string;
  /** Windows' own words, among them the notification's id. */
  readonly arguments: string;
  readonly reply?: string;
}

/** What {@link createSystemNotifier} needs. */
export interface SystemNotifierParts extends NotificationEvents {
  readonly create: (options: NotificationConstructorOptions) => SystemNotification;
  readonly replyLabel: () => string;
  /**
   * Tells of all that is done with notifications, also with those of an earlier start of the app; null where the
   * system has no such thing.
   */
  readonly onActivation: ((tell: (activation: Activation) => void) => void) | null;
}

/** An older one than this many is withdrawn. */
const MOST_KEPT = 50;
/** A system that says neither yes nor no within this time has taken it. */
const ANSWER_MS = 2_000;

/** Creates the notifier. */
export function createSystemNotifier(parts: SystemNotifierParts): Notifier {
  // Whatever nobody holds is collected as garbage, and then its clicks lead nowhere. Windows says "close" when a
  // notification moves to the notification centre, where it can still be clicked: only our own withdrawal ends it.
  const kept = new Map<string, SystemNotification>();

  function withdraw(key: string): void {
    kept.get(key)?.close();
    kept.delete(key);
  }

  parts.onActivation?.(({ type, arguments: words, reply }) => {
    const key = keyWithin(words) ?? SUMMARY_KEY;
    // What is kept tells by itself.
    if (kept.has(key)) return;
    if (type === 'reply' && reply !== undefined) parts.onReply(key, reply);
    else parts.onClick(key);
  });

  function show({ key, title, body, isSilent, canReply }: NotificationRequest): Promise<boolean> {
    withdraw(key);
    const notification = parts.create({
      // By its id Windows names it after a restart.
      ...(parts.onActivation === null ? {} : { id: key }),
      title,
      body,
      silent: isSilent,
      hasReply: canReply,
      replyPlaceholder: parts.replyLabel(),
    });
    kept.set(key, notification);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) withdraw(oldest);
    notification.on('click', () => parts.onClick(key));
    notification.on('reply', (_event, text) => parts.onReply(key, text));
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), ANSWER_MS);
      const settle = (wasShown: boolean): void => {
        clearTimeout(timer);
        resolve(wasShown);
      };
      notification.on('show', () => settle(true));
      notification.on('failed', () => settle(false));
      notification.show();
    });
  }

  return {
    show,
    withdraw,
    withdrawAll: async () => {
      for (const key of [...kept.keys()]) withdraw(key);
    },
  };
}

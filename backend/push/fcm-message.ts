import { messagePreview, notificationName } from '../../shared/notification-text.ts';
import type { PushPlatform } from '../../shared/wire/rest.ts';

/** A message that is delivered to a device later than this after it was sent is not delivered at all. */
export const PUSH_LIFE_MS = 24 * 60 * 60 * 1_000;

/** What a notification is made of. */
export interface Notification {
  readonly token: string;
  readonly platform: PushPlatform;
  readonly senderName: string;
  readonly content: string;
  readonly conversationId: number;
  readonly messageId: number;
  /** When it was written, milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/**
 * The part that only one platform reads. One notification a conversation: a newer one takes the place of
 * the one on the screen, and of the one that waits for a phone which is off.
 */
const PLATFORM_PARTS: Readonly<
  Record<PushPlatform, (key: string, secondsLeft: number, endsAt: number) => object>
> = {
  android: (key, secondsLeft) => ({
    android: {
      priority: 'HIGH',
      collapse_key: key,
      ttl: `${secondsLeft}s`,
      notification: { tag: key },
    },
  }),
  ios: (key, _secondsLeft, endsAt) => ({
    apns: {
      headers: {
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-collapse-id': key,
        'apns-expiration': String(Math.floor(endsAt / 1_000)),
      },
      payload: { aps: { 'thread-id': key, sound: 'default' } },
    },
  }),
  web: (key, secondsLeft) => ({
    webpush: {
      headers: { TTL: String(secondsLeft), Urgency: 'high', Topic: key },
      notification: { tag: key },
    },
  }),
};

/** Body of FCM's `messages:send`; texts are short enough that it stays far below FCM's 4,096 bytes. */
export function toFcmMessage(notification: Notification, now: number): object {
  const { token, platform, senderName, content, conversationId, messageId, createdAt } = notification;
  const endsAt = createdAt + PUSH_LIFE_MS;
  const secondsLeft = Math.max(0, Math.floor((endsAt - now) / 1_000));
  return {
    message: {
      token,
      notification: { title: notificationName(senderName), body: messagePreview(content) },
      data: { conversationId: String(conversationId), messageId: String(messageId) },
      ...PLATFORM_PARTS[platform](`conversation-${conversationId}`, secondsLeft, endsAt),
    },
  };
}

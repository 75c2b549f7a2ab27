/** The words of a notification: as few of them as the person wants to be seen. */
import type { DesktopSettings } from '../../../shared/desktop.ts';
import { messagePreview, notificationName } from '../../../shared/notification-text.ts';
import { PRODUCT_NAME } from '../../../shared/words/product.ts';
import type { Words } from '../../../shared/words/words.ts';

/** What a notification says. */
export interface NotificationText {
  readonly title: string;
  readonly body: string;
}

/** What there is to tell of one conversation. */
export interface ConversationNews {
  readonly name: string;
  readonly count: number;
  /** Text of the newest message. */
  readonly latest: string;
}

/** The notification for one conversation. */
export function conversationText(
  { say }: Words,
  content: DesktopSettings['notificationContent'],
  { name, count, latest }: ConversationNews,
): NotificationText {
  const news = say('notifications.newMessages', { count });
  if (content === 'nothing') return { title: PRODUCT_NAME, body: news };
  const title = notificationName(name);
  if (content === 'name') return { title, body: news };
  return {
    title: count === 1 ? title : say('notifications.nameAndCount', { name: title, news }),
    body: messagePreview(latest),
  };
}

/** The one notification for many conversations. */
export function summaryText({ say }: Words, messages: number, people: number): NotificationText {
  return {
    title: PRODUCT_NAME,
    body: say('notifications.summary', {
      messages: say('notifications.newMessages', { count: messages }),
      people: say('notifications.people', { count: people }),
    }),
  };
}

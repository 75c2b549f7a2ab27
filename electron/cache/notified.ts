import type { Message } from '../../shared/wire/entities.ts';
import type { Store } from '../storage/open.ts';

/**
 * Which messages of other people need no notification any more. By sender and `clientMessageId`, which a
 * message keeps when a restored server stores it anew; so the marks outlive a refill of the cache.
 */
export interface NotifiedCache {
  /** Marks a message; false when it was marked before. In the transaction that stores the message. */
  mark(message: Message): boolean;
  /** Marks every message of other people that is in the cache, before the cache is emptied. */
  markAll(): void;
  /** Forgets the marks of messages from before this ISO time. */
  removeBefore(time: string): void;
}

/** Prepares the statements on notification marks. */
export function createNotifiedCache(store: Store): NotifiedCache {
  const mark = store.prepare<[number, string, string]>(`
    INSERT INTO notified_messages (sender_id, client_message_id, created_at) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING`);
  const markAll = store.prepare<[]>(`
    INSERT INTO notified_messages (sender_id, client_message_id, created_at)
    SELECT m.sender_id, m.client_message_id, m.created_at
    FROM conversations c CROSS JOIN messages m ON m.conversation_id = c.id
    WHERE m.sender_id = c.peer_id
    ON CONFLICT DO NOTHING`);
  const removeBefore = store.prepare<[string]>('DELETE FROM notified_messages WHERE created_at < ?');
  return {
    mark: ({ senderId, clientMessageId, createdAt }) => mark.run(senderId, clientMessageId, createdAt) > 0,
    markAll: () => void markAll.run(),
    removeBefore: (time) => void removeBefore.run(time),
  };
}

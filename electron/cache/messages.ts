import type { Message } from '../../shared/wire/entities.ts';
import type { Store } from '../storage/open.ts';

/** Messages of the cache: reading pages and storing what the server said. */
export interface MessageCache {
  /** Stores or replaces by `(conversationId, seq)`; false when it was there already, unchanged. */
  upsert(message: Message): boolean;
  /**
   * At most `limit` messages with `seq` just below `beforeSeq`, ascending and without a hole; what
   * lies below the first hole is left out.
   */
  below(conversationId: number, beforeSeq: number, limit: number): Message[];
  /** An own message by its id. The other person may use the same id: ids are unique per sender only. */
  findOwn(clientMessageId: string): Message | undefined;
  /** Own messages since an ISO time, oldest first, with the person they were written to. */
  ownSince(time: string): { readonly peerId: number; readonly message: Message }[];
  removeConversation(conversationId: number): void;
  removeAll(): void;
}

const COLUMNS = `m.id, m.conversation_id AS conversationId, m.seq, m.sender_id AS senderId,
  m.client_message_id AS clientMessageId, m.content, m.created_at AS createdAt`;

/** Prepares the statements on messages. */
export function createMessageCache(store: Store): MessageCache {
  const upsert = store.prepare<[number, number, number, number, string, string, string]>(`
    INSERT INTO messages (conversation_id, seq, id, sender_id, client_message_id, content, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (conversation_id, seq) DO UPDATE SET
      id = excluded.id, sender_id = excluded.sender_id, client_message_id = excluded.client_message_id,
      content = excluded.content, created_at = excluded.created_at
    WHERE id <> excluded.id`);
  const below = store.prepare<[number, number, number], Message>(`
    SELECT ${COLUMNS} FROM messages m
    WHERE m.conversation_id = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?`);
  const findOwn = store.prepare<[string], Message>(`
    SELECT ${COLUMNS} FROM messages m
    WHERE m.client_message_id = ?
      AND m.sender_id <> (SELECT c.peer_id FROM conversations c WHERE c.id = m.conversation_id) LIMIT 1`);
  const ownSince = store.prepare<[string, string], Message & { peerId: number }>(`
    SELECT ${COLUMNS}, c.peer_id AS peerId
    FROM conversations c CROSS JOIN messages m ON m.conversation_id = c.id
    WHERE c.last_message_at >= ? AND m.created_at >= ? AND m.sender_id <> c.peer_id
    ORDER BY m.created_at, m.conversation_id, m.seq`);
  const removeConversation = store.prepare<[number]>('DELETE FROM messages WHERE conversation_id = ?');
  const removeAll = store.prepare<[]>('DELETE FROM messages');

  return {
    upsert: (message) =>
      upsert.run(
        message.conversationId,
        message.seq,
        message.id,
        message.senderId,
        message.clientMessageId,
        message.content,
        message.createdAt,
      ) > 0,
    below: (conversationId, beforeSeq, limit) => {
      const page: Message[] = [];
      for (const message of below.all(conversationId, beforeSeq, limit)) {
        if (message.seq !== beforeSeq - 1 - page.length) break;
        page.push(message);
      }
      return page.toReversed();
    },
    findOwn: (clientMessageId) => findOwn.get(clientMessageId),
    ownSince: (time) => ownSince.all(time, time).map(({ peerId, ...message }) => ({ peerId, message })),
    removeConversation: (conversationId) => void removeConversation.run(conversationId),
    removeAll: () => void removeAll.run(),
  };
}

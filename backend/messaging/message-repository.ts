import type { RawBuilder, Selectable } from 'kysely';
import type { Message } from '../../shared/wire/entities.ts';
import { isoTime } from '../operations/clock.ts';
import type { Value } from '../storage/statement.ts';
import type { MessageKey, Queries, Tables } from '../storage/tables.ts';
import type { Viewer } from './viewer.ts';

/** A stored message. */
export type MessageRow = Selectable<Tables['messages']>;

/** The message as the protocol has it. */
export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    seq: row.seq,
    senderId: row.sender_id,
    clientMessageId: row.client_message_id,
    content: row.content,
    createdAt: isoTime(row.created_at),
  };
}

/** The time, and a message that may not be there: then all of its columns are null. */
export type TimeAndMessageRow = { readonly now: number } & {
  readonly [Column in keyof MessageRow]: MessageRow[Column] | null;
};

/** Whether there is a message. */
export function hasMessage(row: TimeAndMessageRow): row is TimeAndMessageRow & MessageRow {
  return row.id !== null;
}

/** Finds the time and, with it in one row, the sender's message that was stored under this id before. */
export function timeAndStoredUnder(
  db: Queries,
  time: RawBuilder<number>,
  { senderId, clientMessageId }: MessageKey,
) {
  return db
    .selectFrom(db.selectNoFrom(time.as('now')).as('clock'))
    .leftJoin('messages', (join) =>
      join.on('sender_id', '=', senderId).on('client_message_id', '=', clientMessageId),
    )
    .select('clock.now')
    .selectAll('messages');
}

/** Up to `limit` messages, newest first, below `beforeSeq` or from the end. */
export async function listMessagesBackwards(
  db: Queries,
  conversationId: number,
  beforeSeq: number | null,
  limit: number,
): Promise<Message[]> {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .$if(beforeSeq !== null, (query) => query.where('seq', '<', beforeSeq))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toMessage);
}

/** Those of the messages that the viewer may see, by their server ids. */
export async function findVisibleMessages(
  db: Queries,
  viewer: Viewer,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Message>> {
  if (ids.length === 0) return new Map();
  const own = viewer.role === 'trainer' ? 'conversations.trainer_id' : 'conversations.trainee_id';
  const rows = await db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .selectAll('messages')
    .where('messages.id', 'in', ids)
    .where(own, '=', viewer.id)
    .$if(viewer.role === 'trainee', (query) => query.where('conversations.is_archived', '=', 0))
    .execute();
  return new Map(rows.map((row) => [row.id, toMessage(row)]));
}

/** A message with its place. */
export interface NewMessage extends MessageKey {
  readonly conversationId: number;
  readonly seq: number;
  readonly content: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** Stores a message in its place. */
export function insertMessage(
  db: Queries,
  message: { readonly [Key in keyof NewMessage]: Value<NewMessage[Key]> },
) {
  return db
    .insertInto('messages')
    .values({
      conversation_id: message.conversationId,
      seq: message.seq,
      sender_id: message.senderId,
      client_message_id: message.clientMessageId,
      content: message.content,
      created_at: message.createdAt,
    })
    .returningAll();
}

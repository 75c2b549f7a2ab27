import type { Selectable, SelectQueryBuilder } from 'kysely';
import type { Conversation } from '../../shared/wire/entities.ts';
import { isoTime } from '../operations/clock.ts';
import type { Value } from '../storage/statement.ts';
import type { Queries, Tables, WriteTransaction } from '../storage/tables.ts';
import type { Viewer } from './viewer.ts';

/** The columns of both sides, by the role that looks at them. */
const SIDE = {
  trainer: { own: 'trainer_id', peer: 'trainee_id', read: 'trainer_read_seq', peerRead: 'trainee_read_seq' },
  trainee: { own: 'trainee_id', peer: 'trainer_id', read: 'trainee_read_seq', peerRead: 'trainer_read_seq' },
} as const;

/**
 * All that a viewer may see: a trainer also what is archived, a trainee only what is not.
 * Last message and unread count come from the messages themselves; nothing is counted up anywhere.
 */
function visibleTo(db: Queries, viewer: Viewer) {
  const side = SIDE[viewer.role];
  return db
    .selectFrom('conversations as c')
    .innerJoin('users as trainer', 'trainer.id', 'c.trainer_id')
    .innerJoin('users as trainee', 'trainee.id', 'c.trainee_id')
    .leftJoin('messages as last', (join) =>
      join.onRef('last.conversation_id', '=', 'c.id').onRef('last.seq', '=', 'c.last_seq'),
    )
    .select((eb) => [
      'c.id',
      'c.is_archived',
      'c.last_seq',
      'c.last_message_at',
      'c.trainer_id',
      'c.trainee_id',
      'trainer.name as trainer_name',
      'trainee.name as trainee_name',
      `c.${side.read} as read_seq`,
      `c.${side.peerRead} as peer_read_seq`,
      'last.id as message_id',
      'last.sender_id',
      'last.client_message_id',
      'last.content',
      'last.created_at as message_created_at',
      eb
        .selectFrom('messages as unread')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('unread.conversation_id', '=', 'c.id')
        .whereRef('unread.sender_id', '=', `c.${side.peer}`)
        .whereRef('unread.seq', '>', `c.${side.read}`)
        .as('unread_count'),
    ])
    .where(`c.${side.own}`, '=', viewer.id)
    .$if(viewer.role === 'trainee', (query) => query.where('c.is_archived', '=', 0));
}

type Row =
  ReturnType<typeof visibleTo> extends SelectQueryBuilder<infer _DB, infer _Tables, infer Output>
    ? Output
    : never;

function toConversation(row: Row): Conversation {
  const { message_id: id, sender_id: senderId, client_message_id: clientMessageId } = row;
  const { content, message_created_at: createdAt } = row;
  const hasMessage =
    id !== null && senderId !== null && clientMessageId !== null && content !== null && createdAt !== null;
  return {
    id: row.id,
    trainer: { id: row.trainer_id, name: row.trainer_name },
    trainee: { id: row.trainee_id, name: row.trainee_name },
    isArchived: row.is_archived === 1,
    lastMessage: hasMessage
      ? {
          id,
          conversationId: row.id,
          seq: row.last_seq,
          senderId,
          clientMessageId,
          content,
          createdAt: isoTime(createdAt),
        }
      : null,
    lastMessageAt: row.last_message_at === 0 ? null : isoTime(row.last_message_at),
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    peerReadSeq: row.peer_read_seq,
    unreadCount: row.unread_count ?? 0,
  };
}

/** Position in the list of conversations, newest message first. */
export interface ConversationPosition {
  /** Milliseconds since the Unix epoch; 0 without a message. */
  readonly lastMessageAt: number;
  readonly id: number;
}

/** The viewer's conversations, newest message first, from after `position`. */
export async function listConversations(
  db: Queries,
  viewer: Viewer,
  position: ConversationPosition | null,
  limit: number,
): Promise<Conversation[]> {
  const rows = await visibleTo(db, viewer)
    .$if(position !== null, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('c.last_message_at', 'c.id'),
          '<',
          eb.tuple(position?.lastMessageAt ?? 0, position?.id ?? 0),
        ),
      ),
    )
    .orderBy('c.last_message_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toConversation);
}

/** The viewer's conversations by falling id, an order that does not move while it is paged through. */
export async function listConversationsById(
  db: Queries,
  viewer: Viewer,
  belowId: number | null,
  limit: number,
): Promise<Conversation[]> {
  const rows = await visibleTo(db, viewer)
    .$if(belowId !== null, (query) => query.where('c.id', '<', belowId))
    .orderBy('c.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toConversation);
}

/** Those of the conversations that the viewer may see, by id. */
export async function findConversations(
  db: Queries,
  viewer: Viewer,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Conversation>> {
  if (ids.length === 0) return new Map();
  const rows = await visibleTo(db, viewer).where('c.id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, toConversation(row)]));
}

/** Unread messages over all conversations that the viewer may see. */
export async function countUnread(db: Queries, viewer: Viewer): Promise<number> {
  const side = SIDE[viewer.role];
  const row = await db
    .selectFrom('conversations as c')
    .innerJoin('messages as unread', (join) =>
      join
        .onRef('unread.conversation_id', '=', 'c.id')
        .onRef('unread.sender_id', '=', `c.${side.peer}`)
        .onRef('unread.seq', '>', `c.${side.read}`),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(`c.${side.own}`, '=', viewer.id)
    .$if(viewer.role === 'trainee', (query) => query.where('c.is_archived', '=', 0))
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** When each side last read further; milliseconds since the Unix epoch, null for never. */
export interface ReadTimes {
  readonly trainer: number | null;
  readonly trainee: number | null;
}

/** Read times by conversation. */
export async function findReadTimes(
  db: Queries,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ReadTimes>> {
  const rows = await db
    .selectFrom('conversations')
    .select(['id', 'trainer_read_at as trainer', 'trainee_read_at as trainee'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, trainer, trainee }) => [id, { trainer, trainee }]));
}

/** A viewer whose id may come later. */
type ViewerValue = Pick<Viewer, 'role'> & { readonly id: Value<number> };

/** The bare row of a conversation. */
export type ConversationRow = Selectable<Tables['conversations']>;

function visibleRow(db: Queries, viewer: ViewerValue, id: Value<number>) {
  return db
    .selectFrom('conversations')
    .selectAll('conversations')
    .where('conversations.id', '=', id)
    .where(`conversations.${SIDE[viewer.role].own}`, '=', viewer.id)
    .$if(viewer.role === 'trainee', (query) => query.where('is_archived', '=', 0));
}

/** The row of a conversation in which the viewer takes part and which is not hidden from them. */
export function findConversationRow(
  db: Queries,
  viewer: Viewer,
  id: number,
): Promise<ConversationRow | undefined> {
  return visibleRow(db, viewer, id).executeTakeFirst();
}

/** The same, and nobody else can change it until the transaction ends. */
export function lockConversationRow(
  trx: WriteTransaction,
  viewer: Viewer,
  id: number,
): Promise<ConversationRow | undefined> {
  return visibleRow(trx, viewer, id).forNoKeyUpdate().executeTakeFirst();
}

/**
 * Finds the same with the relation that it rests on, both locked in one go and in the order of the protocol: the
 * relation, then the conversation. `current_trainer_id` is whose trainee the one in it is now.
 */
export function lockedConversationAndRelation(db: Queries, viewer: ViewerValue, id: Value<number>) {
  return visibleRow(db, viewer, id)
    .innerJoin('trainee_profiles', 'trainee_profiles.user_id', 'conversations.trainee_id')
    .select('trainee_profiles.trainer_id as current_trainer_id')
    .forNoKeyUpdate(['trainee_profiles', 'conversations']);
}

/** Finds the row of the pair's one conversation, which nobody else can change until the transaction ends. */
export function lockedConversationOfPair(trx: WriteTransaction, trainerId: number, traineeId: number) {
  return trx
    .selectFrom('conversations')
    .selectAll()
    .where('trainer_id', '=', trainerId)
    .where('trainee_id', '=', traineeId)
    .forNoKeyUpdate();
}

/** Makes the pair's conversation. */
export function insertConversation(trx: WriteTransaction, trainerId: number, traineeId: number, now: number) {
  return trx
    .insertInto('conversations')
    .values({ trainer_id: trainerId, trainee_id: traineeId, created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Archives the pair's conversation or brings it back. @returns its id, or null when there is none */
export async function setArchived(
  trx: WriteTransaction,
  trainerId: number,
  traineeId: number,
  isArchived: boolean,
): Promise<number | null> {
  const row = await trx
    .updateTable('conversations')
    .set({ is_archived: isArchived ? 1 : 0 })
    .where('trainer_id', '=', trainerId)
    .where('trainee_id', '=', traineeId)
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Notes how far a side has read. */
export async function updateReadSeq(
  trx: WriteTransaction,
  id: number,
  role: Viewer['role'],
  readSeq: number,
  now: number,
): Promise<void> {
  const values: Partial<Pick<Tables['conversations'], 'trainer_read_at' | 'trainee_read_at'>> & {
    trainer_read_seq?: number;
    trainee_read_seq?: number;
  } =
    role === 'trainer'
      ? { trainer_read_seq: readSeq, trainer_read_at: now }
      : { trainee_read_seq: readSeq, trainee_read_at: now };
  await trx.updateTable('conversations').set(values).where('id', '=', id).execute();
}

/** Takes a place in a conversation, the next after that of the locked row, for a message of this time. */
export function takeSeq(db: Queries, id: Value<number>, seq: Value<number>, createdAt: Value<number>) {
  return db
    .updateTable('conversations')
    .set({ last_seq: seq, last_message_at: createdAt })
    .where('id', '=', id);
}

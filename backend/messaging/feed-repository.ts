import { sql, type Expression, type ExpressionBuilder, type Selectable, type SqlBool } from 'kysely';
import { together } from '../storage/together.ts';
import type { Value } from '../storage/statement.ts';
import type { FeedEventType, MessageKey, Queries, Tables, WriteTransaction } from '../storage/tables.ts';

/** One stored feed event: its number, and what it is about. */
export type FeedRow = Selectable<Tables['feed_events']>;

/** A feed event that is about to be written. */
export interface NewFeedEvent {
  readonly userId: number;
  readonly type: FeedEventType;
  readonly conversationId?: number;
  readonly messageId?: number;
  readonly subjectId?: number;
}

/**
 * Takes the next `steps` numbers in a user's feed, which it locks. One statement for several users would lock them
 * in an order of PostgreSQL's choice, and two such statements then wait for each other: see {@link inLockOrder}.
 */
export function advanceFeed(db: Queries, userId: Value<number>, steps: number) {
  return db
    .updateTable('users')
    .set((eb) => ({ feed_seq: eb('feed_seq', '+', steps) }))
    .where('id', '=', userId)
    .returning(['id', 'feed_seq']);
}

/** The order in which feeds are locked: by rising user id. */
export function inLockOrder(userIds: Iterable<number>): number[] {
  return [...userIds].toSorted((one, other) => one - other);
}

/** The numbers that {@link advanceFeed} has taken: the last of each user's. */
export type FeedHeads = readonly (readonly { readonly id: number; readonly feed_seq: number }[])[];

/** The events under the numbers that were taken for them. */
export function numberEvents(events: readonly NewFeedEvent[], heads: FeedHeads, now: number): FeedRow[] {
  return heads.flat().flatMap(({ id, feed_seq: head }) => {
    const own = events.filter(({ userId }) => userId === id);
    return own.map((event, index): FeedRow => {
      return {
        user_id: id,
        feed_seq: head - own.length + 1 + index,
        type: event.type,
        conversation_id: event.conversationId ?? null,
        message_id: event.messageId ?? null,
        subject_id: event.subjectId ?? null,
        created_at: now,
      };
    });
  });
}

/**
 * Writes `message.created` into the feeds of these users, under the number that each has taken last, about a
 * message that is known by its sender and the sender's id for it.
 */
export function insertMessageCreated(
  db: Queries,
  userIds: readonly Value<number>[],
  message: { readonly [Key in keyof MessageKey]: Value<MessageKey[Key]> },
) {
  return db
    .insertInto('feed_events')
    .columns(['user_id', 'feed_seq', 'type', 'conversation_id', 'message_id', 'created_at'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .innerJoin('messages', (join) =>
          join
            .on('messages.sender_id', '=', message.senderId)
            .on('messages.client_message_id', '=', message.clientMessageId),
        )
        .select(['users.id', 'users.feed_seq'])
        .select(sql.lit('message.created').as('type'))
        .select(['messages.conversation_id', 'messages.id as message_id', 'messages.created_at'])
        .where('users.id', 'in', userIds),
    );
}

/** Writes events into their users' feeds, each with its user's next number, in the transaction of the change itself. */
export async function appendToFeeds(
  trx: WriteTransaction,
  events: readonly NewFeedEvent[],
  now: number,
): Promise<readonly FeedRow[]> {
  const byUser = Map.groupBy(events, ({ userId }) => userId);
  const heads = await together(trx, (run) =>
    inLockOrder(byUser.keys()).map((userId) =>
      run(advanceFeed(trx, userId, byUser.get(userId)?.length ?? 0)),
    ),
  );
  const rows = numberEvents(events, heads, now);
  await trx.insertInto('feed_events').values(rows).execute();
  return rows;
}

/** Number of the newest event in a user's feed; 0 when there is none. */
export async function findFeedHead(db: Queries, userId: number): Promise<number> {
  const row = await db.selectFrom('users').select('feed_seq').where('id', '=', userId).executeTakeFirst();
  return row?.feed_seq ?? 0;
}

/** The same for many users. */
export async function findFeedHeads(
  db: Queries,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.selectFrom('users').select(['id', 'feed_seq']).where('id', 'in', userIds).execute();
  return new Map(rows.map((row) => [row.id, row.feed_seq]));
}

/** A user's events above `after` and up to `upTo`, in order. */
export function listFeedRows(
  db: Queries,
  userId: number,
  after: number,
  upTo: number,
  limit: number,
): Promise<FeedRow[]> {
  return db
    .selectFrom('feed_events')
    .selectAll()
    .where('user_id', '=', userId)
    .where('feed_seq', '>', after)
    .where('feed_seq', '<=', upTo)
    .orderBy('feed_seq')
    .limit(limit)
    .execute();
}

/** Forgets up to `limit` of the events that `isOver` picks. @returns how many it were */
async function deleteEvents(
  trx: WriteTransaction,
  limit: number,
  isOver: (eb: ExpressionBuilder<Tables, 'feed_events'>) => Expression<SqlBool>,
): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('feed_events')
    .where((eb) =>
      eb(
        eb.refTuple('user_id', 'feed_seq'),
        'in',
        eb
          .selectFrom('feed_events')
          .select(['user_id', 'feed_seq'])
          .where((inner) => isOver(inner))
          .limit(limit)
          .$asTuple('user_id', 'feed_seq'),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Forgets up to `limit` events older than `before`. @returns how many it were */
export function pruneOldEvents(trx: WriteTransaction, before: number, limit: number): Promise<number> {
  return deleteEvents(trx, limit, (eb) => eb('created_at', '<', before));
}

/** Users of whom more than `kept` events may be stored. */
export function listLongFeeds(db: Queries, kept: number): Promise<{ id: number; feed_seq: number }[]> {
  return db.selectFrom('users').select(['id', 'feed_seq']).where('feed_seq', '>', kept).execute();
}

/** Forgets up to `limit` of a user's events up to this number. @returns how many it were */
export function pruneEventsUpTo(
  trx: WriteTransaction,
  userId: number,
  feedSeq: number,
  limit: number,
): Promise<number> {
  return deleteEvents(trx, limit, (eb) =>
    eb.and([eb('user_id', '=', userId), eb('feed_seq', '<=', feedSeq)]),
  );
}

import type { FastifyBaseLogger } from 'fastify';
import type { Message } from '../../shared/wire/entities.ts';
import type { Feed } from '../messaging/feed.ts';
import { listFeedRows, type FeedRow } from '../messaging/feed-repository.ts';
import type { Clock } from '../operations/clock.ts';
import type { GatewayMetrics } from '../operations/metrics.ts';
import type { Database } from '../storage/database.ts';
import { userRoom, type MessagingNamespace } from './socket-types.ts';

/** Somebody's feed grew: events above `after` and up to `upTo`. */
export interface FeedGrowth {
  readonly userId: number;
  readonly after: number;
  readonly upTo: number;
  /** The events, when the growth was committed by this node; in order, without a gap. */
  readonly rows?: readonly FeedRow[];
  /** The message that was stored with them, if one was. */
  readonly message?: Message | undefined;
}

/** Tells the sockets of this node of committed feed events, each user's in order and each event once. */
export interface Publisher {
  /** Queues what was committed; returns at once and never throws. */
  publish(growth: FeedGrowth): void;
  /** Begins to tell a user who knows all events up to this number, unless it has begun. */
  begin(userId: number, feedSeq: number): void;
  /** Forgets how far a user was told; for one who has no socket here any more. */
  forget(userId: number): void;
  /** Resolves when all that was queued has been told. */
  settled(): Promise<void>;
}

/** Somebody who is so many events behind is told the number alone, and fetches them. */
const MOST_EVENTS_AT_ONCE = 200;

/** A publisher to the sockets of this namespace. */
export function createPublisher(parts: {
  readonly namespace: MessagingNamespace;
  readonly database: Database;
  readonly feed: Feed;
  readonly epoch: string;
  readonly log: FastifyBaseLogger;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  /** Called when a user is told that a conversation was archived. */
  readonly onArchived: (userId: number, conversationId: number) => void;
}): Publisher {
  const { namespace, database, feed, epoch, log, metrics, clock, onArchived } = parts;
  const toldUpTo = new Map<number, number>();
  let queue: FeedGrowth[] = [];
  let draining: Promise<void> | null = null;

  /** The events above `after` and up to `upTo`: those at hand, or all from the database if one is missing. */
  async function findRows(
    userId: number,
    after: number,
    upTo: number,
    atHand: readonly FeedRow[],
  ): Promise<readonly FeedRow[]> {
    const rows = atHand
      .filter(({ feed_seq: seq }) => seq > after)
      .toSorted((one, other) => one.feed_seq - other.feed_seq);
    if (rows.length === upTo - after) return rows;
    return listFeedRows(database.read, userId, after, upTo, MOST_EVENTS_AT_ONCE);
  }

  async function tell(userId: number, growths: readonly FeedGrowth[]): Promise<void> {
    const room = userRoom(userId);
    const [socketId] = namespace.adapter.rooms.get(room) ?? [];
    const socket = socketId === undefined ? undefined : namespace.sockets.get(socketId);
    if (!socket) return;
    const after = toldUpTo.get(userId) ?? Math.min(...growths.map((growth) => growth.after));
    const upTo = Math.max(...growths.map((growth) => growth.upTo));
    if (upTo <= after) return;
    if (upTo - after > MOST_EVENTS_AT_ONCE) {
      namespace.to(room).emit('head', { epoch, feedSeq: upTo });
    } else {
      const atHand = growths.flatMap(({ rows = [] }) => rows);
      const rows = await findRows(userId, after, upTo, atHand);
      for (const { type, conversation_id: conversationId } of rows) {
        if (type === 'conversation.archived' && conversationId !== null) onArchived(userId, conversationId);
      }
      const messages = growths.flatMap(({ message }) => message ?? []);
      for (const event of await feed.describe(socket.data.viewer, rows, messages)) {
        namespace.to(room).emit('feed', { epoch, feedSeq: event.feedSeq, event });
      }
      for (const row of rows) metrics.feedTold((clock() - row.created_at) / 1_000);
    }
    toldUpTo.set(userId, upTo);
  }

  async function drain(): Promise<void> {
    // The answer to the request goes first; the feed can wait for the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const growths = queue;
      queue = [];
      const telling = [...Map.groupBy(growths, (growth) => growth.userId)].map(async ([userId, own]) => {
        try {
          await tell(userId, own);
        } catch (error) {
          // The events are stored: clients find them at the next event or `head`.
          log.error({ err: error, userId }, 'feed events could not be told');
        }
      });
      await Promise.all(telling);
    }
    draining = null;
  }

  return {
    publish(growth) {
      queue.push(growth);
      draining ??= drain();
    },
    begin: (userId, feedSeq) => {
      if (!toldUpTo.has(userId)) toldUpTo.set(userId, feedSeq);
    },
    forget: (userId) => {
      toldUpTo.delete(userId);
    },
    settled: async () => {
      await draining;
    },
  };
}

/** What a commit added to each user's feed, and the message that it stored, if it did. */
export function feedGrowths(rows: readonly FeedRow[], message?: Message): FeedGrowth[] {
  return [...Map.groupBy(rows, (row) => row.user_id)].map(([userId, own]) => {
    const numbers = own.map((row) => row.feed_seq);
    return { userId, after: Math.min(...numbers) - 1, upTo: Math.max(...numbers), rows: own, message };
  });
}

import type { FastifyBaseLogger } from 'fastify';
import type { Feed } from '../messaging/feed.ts';
import type { FeedRow } from '../messaging/feed-repository.ts';
import { conversationRoom, userRoom, type MessagingNamespace } from './socket-types.ts';

/** Tells connected users of committed feed events. */
export interface Publisher {
  /** Queues events of one commit; returns at once and never throws. */
  publish(rows: readonly FeedRow[]): void;
  /** Resolves when all that was queued has been told. */
  settled(): Promise<void>;
}

/** A publisher to the sockets of this namespace. */
export function createPublisher(parts: {
  readonly namespace: MessagingNamespace;
  readonly feed: Feed;
  readonly epoch: string;
  readonly log: FastifyBaseLogger;
}): Publisher {
  const { namespace, feed, epoch, log } = parts;
  let queue: FeedRow[] = [];
  let draining: Promise<void> | null = null;

  async function tell(userId: number, rows: readonly FeedRow[]): Promise<void> {
    const room = userRoom(userId);
    const [socketId] = namespace.adapter.rooms.get(room) ?? [];
    const socket = socketId === undefined ? undefined : namespace.sockets.get(socketId);
    if (!socket) return;
    for (const row of rows) {
      if (row.type === 'conversation.archived' && row.conversation_id !== null) {
        namespace.in(room).socketsLeave(conversationRoom(row.conversation_id));
      }
    }
    for (const event of await feed.describe(socket.data.viewer, rows)) {
      namespace.to(room).emit('feed', { epoch, feedSeq: event.feedSeq, event });
    }
  }

  async function drain(): Promise<void> {
    // The answer to the request goes first; the feed can wait for the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const rows = queue;
      queue = [];
      for (const [userId, own] of Map.groupBy(rows, (row) => row.user_id)) {
        try {
          await tell(userId, own);
        } catch (error) {
          // The events are stored: clients find them at the next `head`.
          log.error({ err: error, userId }, 'feed events could not be told');
        }
      }
    }
    draining = null;
  }

  return {
    publish(rows) {
      queue.push(...rows);
      draining ??= drain();
    },
    settled: async () => {
      await draining;
    },
  };
}

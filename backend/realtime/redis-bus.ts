import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { z } from '../../shared/schema.ts';
import type { Redis, RedisClient } from '../operations/redis.ts';
import { nodeMessageSchema, type NodeMessage, type OpenNodeBus } from './bus.ts';

/** About as many records are kept in the stream: what a node can miss and still read later. */
const STREAM_LENGTH = 10_000;
/** Messages in one record, and records in one reading. */
const BATCH_SIZE = 200;
/** More messages than this are not held for a Redis that is slow. */
const BACKLOG_SIZE = 10_000;
/** A reading waits so long for the next record. */
const BLOCK_MS = 5_000;
/** After a failure that is not the loss of the connection. */
const RETRY_MS = 1_000;

/** A record: the node that wrote it, and a JSON array. */
const recordSchema = z.object({ node: z.string(), messages: z.string() });
/** The answer of XREAD on one stream. */
const readingSchema = z
  .array(z.object({ messages: z.array(z.object({ id: z.string(), message: z.unknown() })) }))
  .nullable();

/** Numbers of a record's id: milliseconds and a counter. */
function compareIds(one: string, other: string): number {
  const [a = 0, b = 0] = one.split('-').map(Number);
  const [c = 0, d = 0] = other.split('-').map(Number);
  return a - c || b - d;
}

/**
 * What other nodes say in a record. Messages of a later version are left out: a rolling update has nodes of two
 * versions.
 */
function readRecord(record: unknown, ownNodeId: string): NodeMessage[] {
  const { data } = recordSchema.safeParse(record);
  if (!data || data.node === ownNodeId) return [];
  const messages: unknown = JSON.parse(data.messages);
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message) => nodeMessageSchema.safeParse(message).data ?? []);
}

async function untilReady(client: RedisClient, signal: AbortSignal): Promise<void> {
  if (client.isReady || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      client.off('ready', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    client.on('ready', done);
    signal.addEventListener('abort', done);
  });
}

/**
 * A bus on the Redis stream `key`. A node whose connection breaks reads on from where it was. What could not
 * be published is not kept: when Redis is back, every node tells its clients where their feeds stand.
 */
export function redisBus(parts: {
  readonly redis: Redis;
  readonly key: string;
  /** Different for each node and start. */
  readonly nodeId: string;
  readonly log: FastifyBaseLogger;
}): OpenNodeBus {
  const { redis, key, nodeId, log } = parts;

  return (deliver) => {
    const reader = redis.duplicate();
    const ended = new AbortController();
    let backlog: NodeMessage[] = [];
    let pumping: Promise<void> | null = null;
    let hasLost = false;
    let position: string | null = null;

    async function add(messages: readonly NodeMessage[]): Promise<boolean> {
      return redis.ask(
        async (client) => {
          const record = { node: nodeId, messages: JSON.stringify(messages) };
          await client.xAdd(key, '*', record, {
            TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: STREAM_LENGTH },
          });
          return true;
        },
        () => false,
      );
    }

    async function pump(): Promise<void> {
      while (backlog.length > 0) {
        const batch = backlog.slice(0, BATCH_SIZE);
        backlog = backlog.slice(BATCH_SIZE);
        if (!(await add(batch))) hasLost = true;
        else if (hasLost) {
          hasLost = false;
          backlog.push({ kind: 'heads' });
        }
      }
      pumping = null;
    }

    function publish(message: NodeMessage): void {
      if (backlog.length < BACKLOG_SIZE) backlog.push(message);
      else hasLost = true;
      pumping ??= pump();
    }

    /** Where to read on: behind the newest record at first, and again when the stream began anew. */
    async function settlePosition(): Promise<string> {
      const newest = await reader.xRevRange(key, '+', '-', { COUNT: 1 });
      const newestId = newest?.[0]?.id ?? '0-0';
      return position !== null && compareIds(position, newestId) <= 0 ? position : newestId;
    }

    async function readOnce(from: string): Promise<string> {
      const answer = await reader.xRead({ key, id: from }, { BLOCK: BLOCK_MS, COUNT: BATCH_SIZE });
      let last = from;
      for (const { id, message } of readingSchema.parse(answer)?.[0]?.messages ?? []) {
        last = id;
        for (const each of readRecord(message, nodeId)) deliver(each);
      }
      return last;
    }

    async function follow(): Promise<void> {
      while (!ended.signal.aborted) {
        try {
          await untilReady(reader, ended.signal);
          position = await settlePosition();
          while (!ended.signal.aborted) position = await readOnce(position);
        } catch (error) {
          if (ended.signal.aborted) return;
          log.debug({ err: error }, 'messages of other nodes could not be read');
          if (reader.isReady) await pause(RETRY_MS, undefined, { ref: false });
        }
      }
    }

    function tellThatMessagesWereLost(): void {
      deliver({ kind: 'heads' });
      publish({ kind: 'heads' });
    }
    reader.on('ready', tellThatMessagesWereLost);
    redis.onAvailable(tellThatMessagesWereLost);
    const following = follow();

    return {
      publish,
      async close() {
        await pumping;
        ended.abort();
        reader.destroy();
        await following;
      },
    };
  };
}

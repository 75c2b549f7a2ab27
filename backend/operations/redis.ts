import { createClient } from 'redis';
import type { FastifyBaseLogger } from 'fastify';

/** One connection to Redis. While it is away, commands fail at once instead of waiting. */
export type RedisClient = ReturnType<typeof openClient>;

/** The way to Redis, which may be away at any time, also at the start; nothing waits for it to come back. */
export interface Redis {
  /** For commands that are answered at once. */
  readonly client: RedisClient;
  /** A connection for itself, for commands that block. */
  duplicate(): RedisClient;
  /** True while commands can be given. */
  isAvailable(): boolean;
  /** Calls `listener` soon if the connection is up, and every time it comes up. */
  onAvailable(listener: () => void): void;
  /** What `work` answers, or `fallback()` when Redis is away, fails or is slow. */
  ask<T>(work: (client: RedisClient) => Promise<T>, fallback: () => T): Promise<T>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;
/** An answer that takes longer counts as none: somebody waits for it. */
const ANSWER_TIMEOUT_MS = 1_000;
const CHECK_INTERVAL_MS = 1_000;

function openClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(attempt, 10)),
    },
  });
}

/** Rejects when `answer` takes too long. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens connections to the Redis at `url`, and opens them again for as long as it takes. */
export function connectRedis(url: string, log: FastifyBaseLogger): Redis {
  const clients = new Set<RedisClient>();

  function open(): RedisClient {
    const client = openClient(url);
    let isAway = false;
    client.on('error', (error: Error) => {
      if (!isAway) log.warn({ err: error }, 'Redis is away');
      isAway = true;
    });
    client.on('ready', () => {
      if (isAway) log.info('Redis is back');
      isAway = false;
    });
    clients.add(client);
    connect(client);
    return client;
  }

  function connect(client: RedisClient): void {
    client.connect().catch((error: unknown) => log.debug({ err: error }, 'Redis connection was given up'));
  }

  const client = open();
  // A Redis that hangs keeps its connections open, and every command would wait for it.
  const check = setInterval(() => {
    if (!client.isReady) return;
    inTime(client.ping()).catch(() => {
      if (!client.isReady) return;
      log.warn('Redis does not answer');
      client.destroy();
      connect(client);
    });
  }, CHECK_INTERVAL_MS);

  return {
    client,
    duplicate: open,
    isAvailable: () => client.isReady,
    onAvailable(listener) {
      client.on('ready', listener);
      if (client.isReady) queueMicrotask(listener);
    },
    async ask(work, fallback) {
      if (!client.isReady) return fallback();
      try {
        return await inTime(work(client));
      } catch (error) {
        log.debug({ err: error }, 'Redis did not answer');
        return fallback();
      }
    },
    close() {
      clearInterval(check);
      for (const each of clients) each.destroy();
    },
  };
}

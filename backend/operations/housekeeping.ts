import type { FastifyBaseLogger } from 'fastify';
import { FEED_RETENTION_DAYS, FEED_RETENTION_EVENTS } from '../../shared/limits.ts';
import { pruneRefreshTokens, pruneSessions } from '../accounts/repository.ts';
import { listLongFeeds, pruneEventsUpTo, pruneOldEvents } from '../messaging/feed-repository.ts';
import { pruneDevices } from '../push/device-repository.ts';
import { PUSH_LIFE_MS } from '../push/fcm-message.ts';
import { pruneJobs } from '../push/job-repository.ts';
import type { Database } from '../storage/database.ts';
import type { WriteTransaction } from '../storage/tables.ts';
import type { Clock } from './clock.ts';

const INTERVAL_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Rows that one transaction forgets at most: nobody who writes shall wait long for it. */
const BATCH_SIZE = 2_000;

/** Forgets what is past its time. */
async function tidyUp(database: Database, now: number): Promise<void> {
  async function prune(batch: (trx: WriteTransaction, limit: number) => Promise<number>): Promise<void> {
    let count: number;
    do {
      count = await database.transaction((trx) => batch(trx, BATCH_SIZE));
    } while (count === BATCH_SIZE);
  }
  await prune((trx, limit) => pruneOldEvents(trx, now - FEED_RETENTION_DAYS * DAY_MS, limit));
  for (const { id, feed_seq: head } of await listLongFeeds(database.read, FEED_RETENTION_EVENTS)) {
    await prune((trx, limit) => pruneEventsUpTo(trx, id, head - FEED_RETENTION_EVENTS, limit));
  }
  await prune((trx, limit) => pruneRefreshTokens(trx, now, limit));
  await prune(pruneSessions);
  await database.transaction(async (trx) => {
    await pruneDevices(trx);
    await pruneJobs(trx, now - PUSH_LIFE_MS);
  });
}

/** Tidies the database up now and every hour, until it is stopped. */
export function startHousekeeping(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}): { stop(): Promise<void> } {
  async function run(): Promise<void> {
    try {
      await tidyUp(parts.database, parts.clock());
    } catch (error) {
      parts.log.error({ err: error }, 'housekeeping failed');
    }
  }
  let running = run();
  const timer = setInterval(() => {
    running = run();
  }, INTERVAL_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

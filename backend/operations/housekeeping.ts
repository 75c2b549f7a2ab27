import type { FastifyBaseLogger } from 'fastify';
import { FEED_RETENTION_DAYS, FEED_RETENTION_EVENTS } from '../../shared/limits.ts';
import { pruneSessions } from '../accounts/repository.ts';
import { pruneFeeds } from '../messaging/feed-repository.ts';
import { pruneDevices } from '../push/device-repository.ts';
import { PUSH_LIFE_MS } from '../push/fcm-message.ts';
import { pruneJobs } from '../push/job-repository.ts';
import type { Database } from '../storage/database.ts';
import type { Clock } from './clock.ts';

const INTERVAL_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Forgets what is past its time. */
async function tidyUp(database: Database, now: number): Promise<void> {
  await database.transaction(async (trx) => {
    await pruneFeeds(trx, now - FEED_RETENTION_DAYS * DAY_MS, FEED_RETENTION_EVENTS);
    await pruneSessions(trx, now);
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

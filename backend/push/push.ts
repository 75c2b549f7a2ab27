import type { FastifyBaseLogger } from 'fastify';
import type { Compilable } from 'kysely';
import type { Clock } from '../operations/clock.ts';
import type { Database } from '../storage/database.ts';
import type { MessageKey, WriteTransaction } from '../storage/tables.ts';
import { createFcm } from './fcm.ts';
import { insertJobs, measureJobs } from './job-repository.ts';
import type { PushSettings } from './push-settings.ts';
import { startPushWorker, type PushCounts, type PushWorkerParts } from './worker.ts';

/** An attempt waits for at most four answers: twice for an access token, twice for FCM. */
const LEASE_IN_TIMEOUTS = 5;

/** The queue of the whole platform, and what this process has made of its part. */
export interface PushQueueState {
  /** Notifications that wait or are under way, on all nodes. */
  readonly waiting: number;
  /** Age of the oldest of them, milliseconds; 0 when there is none. */
  readonly oldestAgeMs: number;
  readonly counts: Readonly<PushCounts>;
}

/** Push notifications of new messages. */
export interface Push {
  /** Without credentials no job is ever written. */
  readonly isConfigured: boolean;
  /** What writes that a message is to be delivered, for the transaction that stores it; null when nothing does. */
  readonly write: (
    trx: WriteTransaction,
    message: MessageKey,
    recipientId: number,
    now: number,
  ) => Compilable | null;
  /** Delivers soon; returns at once and never throws. To be called after a transaction that wrote. */
  wake(): void;
  readonly queueState: () => Promise<PushQueueState>;
  stop(): Promise<void>;
}

/** What push notifications need of the rest of the backend. */
export interface PushParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Null without credentials. */
  readonly settings: PushSettings | null;
  readonly log: FastifyBaseLogger;
  readonly isFocused: PushWorkerParts['isFocused'];
}

/** Starts the delivery of push notifications, if this server has the credentials. */
export function startPush({ database, clock, settings, log, isFocused }: PushParts): Push {
  const worker =
    settings &&
    startPushWorker({
      database,
      clock,
      fcm: createFcm(settings, clock),
      leaseMs: LEASE_IN_TIMEOUTS * settings.timeoutMs,
      log,
      random: Math.random,
      isFocused,
    });
  const nothing: PushCounts = { sent: 0, failed: 0, skipped: 0, retried: 0, unregistered: 0 };
  return {
    isConfigured: worker !== null,
    write: (trx, message, recipientId, now) => worker && insertJobs(trx, message, recipientId, now),
    wake: () => worker?.wake(),
    async queueState() {
      const { count, oldestCreatedAt } = await measureJobs(database.read);
      return {
        waiting: count,
        oldestAgeMs: oldestCreatedAt === null ? 0 : Math.max(0, clock() - oldestCreatedAt),
        counts: { ...(worker?.counts ?? nothing) },
      };
    },
    stop: async () => worker?.stop(),
  };
}

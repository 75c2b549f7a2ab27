import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../operations/clock.ts';
import { readTime, type Database } from '../storage/database.ts';
import { isDatabaseUnavailable } from '../storage/open.ts';
import type { WriteTransaction } from '../storage/tables.ts';
import { forgetDeadDevice } from './device-repository.ts';
import { PUSH_LIFE_MS } from './fcm-message.ts';
import type { Fcm, Outcome } from './fcm.ts';
import {
  deleteJob,
  findDelivery,
  postponeJob,
  takeJobs,
  type Delivery,
  type TakenJob,
} from './job-repository.ts';
import { retryDelay } from './retry-delay.ts';

/** Notifications that one node delivers at the same time. */
const JOBS_AT_ONCE = 16;
/** How often a node looks for jobs that others left, and for those that have waited long enough. */
const LOOK_INTERVAL_MS = 1_000;
/** How long a stop waits for answers of FCM. */
const STOP_GRACE_MS = 2_000;
/** How long to wait before an outcome is written again that could not be written. */
const WRITE_AGAIN_MS = 1_000;

/** What has become of the jobs of this process. */
export interface PushCounts {
  /** Accepted by FCM. */
  sent: number;
  /** Given up: refused by FCM, or too old. */
  failed: number;
  /** Not needed any more: looked at or read meanwhile, or nobody's. */
  skipped: number;
  /** Attempts that are made again. */
  retried: number;
  /** FCM did not know the device any more, which was forgotten then. */
  unregistered: number;
}

/** The part of this process in delivering notifications. */
export interface PushWorker {
  readonly counts: Readonly<PushCounts>;
  /** Looks for jobs now; returns at once and never throws. */
  wake(): void;
  /** Takes no more jobs, and resolves when those under way are finished, or left to the next node. */
  stop(): Promise<void>;
}

/** What the worker works with. */
export interface PushWorkerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly fcm: Fcm;
  /** Milliseconds after which another node may take over what this one has taken and not finished. */
  readonly leaseMs: number;
  readonly log: FastifyBaseLogger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Whether this person is looking at the conversation now, on whichever node. */
  readonly isFocused: (userId: number, conversationId: number) => Promise<boolean>;
}

/** Starts to deliver. */
export function startPushWorker(parts: PushWorkerParts): PushWorker {
  const { database, clock, fcm, leaseMs, log, random, isFocused } = parts;
  const counts: PushCounts = { sent: 0, failed: 0, skipped: 0, retried: 0, unregistered: 0 };
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let looking: Promise<void> | null = null;
  let isLookWanted = false;
  let isStopped = false;

  /** Writes an outcome, again and again while the database is away: what FCM has accepted must not go twice. */
  async function write(work: (trx: WriteTransaction) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await database.transaction(work);
        return;
      } catch (error) {
        if (stopping.signal.aborted || !isDatabaseUnavailable(error)) throw error;
        log.warn({ err: error }, 'outcome of a push notification could not be written yet');
        await pause(WRITE_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Whether the recipient has the conversation before their eyes. One notification too many is better than none. */
  async function isSeen({ recipientId, conversationId }: Delivery): Promise<boolean> {
    try {
      return await isFocused(recipientId, conversationId);
    } catch (error) {
      log.warn({ err: error }, 'focus could not be asked for');
      return false;
    }
  }

  /** Null when nothing is to be delivered. */
  async function deliver(job: TakenJob, delivery: Delivery | null): Promise<Outcome | null> {
    if (!delivery || (await isSeen(delivery))) return null;
    if (clock() - job.createdAt > PUSH_LIFE_MS) return { kind: 'refused', code: 'too old' };
    return fcm.send({ ...delivery, ...job }, stopping.signal);
  }

  async function settle(job: TakenJob, delivery: Delivery | null, outcome: Outcome | null): Promise<void> {
    const facts = { messageId: job.messageId, deviceId: job.deviceId, attempts: job.attempts };
    switch (outcome?.kind) {
      case undefined:
        counts.skipped += 1;
        return write((trx) => deleteJob(trx, job));
      case 'accepted':
        counts.sent += 1;
        return write((trx) => deleteJob(trx, job));
      case 'refused':
        counts.failed += 1;
        log.warn({ ...facts, code: outcome.code }, 'push notification given up');
        return write((trx) => deleteJob(trx, job));
      case 'unregistered':
        counts.unregistered += 1;
        log.info(facts, 'device is not registered any more');
        return write(async (trx) => {
          await forgetDeadDevice(trx, { id: job.deviceId, token: delivery?.token ?? '' });
          await deleteJob(trx, job);
        });
      case 'retry': {
        // What a stop has broken off is the next node's at once.
        const delay = stopping.signal.aborted ? 0 : retryDelay(job.attempts, outcome.retryAfterMs, random());
        log.info({ ...facts, code: outcome.code, delay }, 'push notification waits');
        await write(async (trx) => postponeJob(trx, job, (await readTime(trx, database)) + delay));
        counts.retried += 1;
      }
    }
  }

  async function run(job: TakenJob): Promise<void> {
    try {
      const delivery = await findDelivery(database.read, job);
      await settle(job, delivery, await deliver(job, delivery));
    } catch (error) {
      // The job is still there, and anybody's when the lease is over.
      log.error({ err: error, messageId: job.messageId }, 'push notification left undone');
    }
  }

  async function take(): Promise<void> {
    const room = JOBS_AT_ONCE - underWay.size;
    if (room === 0 || isStopped) return;
    const jobs = await database.transaction(async (trx) =>
      takeJobs(trx, room, await readTime(trx, database), leaseMs),
    );
    for (const job of jobs) {
      const running = run(job).finally(() => {
        underWay.delete(running);
        wake();
      });
      underWay.add(running);
    }
  }

  async function look(): Promise<void> {
    while (isLookWanted) {
      isLookWanted = false;
      try {
        await take();
      } catch (error) {
        log.warn({ err: error }, 'push jobs could not be taken');
      }
    }
    looking = null;
  }

  function wake(): void {
    isLookWanted = true;
    if (!isStopped) looking ??= look();
  }

  const timer = setInterval(wake, LOOK_INTERVAL_MS);
  wake();
  return {
    counts,
    wake,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
      const finished = Promise.allSettled(underWay);
      const grace = new AbortController();
      await Promise.race([
        finished,
        pause(STOP_GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      stopping.abort();
      await finished;
    },
  };
}

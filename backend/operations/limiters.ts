import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { LOGIN_FAILURES_PER_MINUTE } from '../../shared/limits.ts';
import { rateLimited, type ApiError } from './api-error.ts';
import type { Redis } from './redis.ts';

const WINDOW_SECONDS = 60;

/** Where counts are kept that all nodes share, and what stands before their names. */
export interface SharedCounts {
  readonly redis: Redis;
  readonly prefix: string;
}

/** A counter of this node alone, or of all nodes; while Redis is away each counts by itself. */
function createCounter(name: string, points: number, shared: SharedCounts | null) {
  const own = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  if (!shared) return own;
  return new RateLimiterRedis({
    storeClient: shared.redis.client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    insuranceLimiter: own,
    keyPrefix: `${shared.prefix}${name}`,
    points,
    duration: WINDOW_SECONDS,
  });
}

function refusal(name: string, quota: number, state: RateLimiterRes): ApiError {
  return rateLimited({
    name,
    quota,
    windowSeconds: WINDOW_SECONDS,
    retryAfterSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1_000)),
  });
}

/** Counts one user's reads. */
export interface ReadLimiter {
  /** @throws ApiError 429 */
  count(userId: number): Promise<void>;
}

/** Allows `perMinute` reads a minute and user; 0 allows any number. */
export function createReadLimiter(perMinute: number, shared: SharedCounts | null): ReadLimiter {
  if (perMinute === 0) return { count: async () => {} };
  const limiter = createCounter('reads', perMinute, shared);
  return {
    async count(userId) {
      try {
        await limiter.consume(userId);
      } catch (error) {
        throw error instanceof RateLimiterRes ? refusal('read', perMinute, error) : error;
      }
    },
  };
}

/** Slows down the guessing of passwords. */
export interface SignInLimiter {
  /**
   * Runs `attempt`, which says whether the password was right, unless too many failed before.
   * An attempt counts as a failure until it turned out well, so that none slips past the count. Attempts on one
   * account from one address run one after the other on a node, so that good ones do not get in each other's way.
   * @throws ApiError 429
   */
  guard<T>(account: string, address: string, attempt: () => Promise<T | null>): Promise<T | null>;
}

/** Allows five failures a minute for each account and address. */
export function createSignInLimiter(shared: SharedCounts | null): SignInLimiter {
  const limiter = createCounter('sign-ins', LOGIN_FAILURES_PER_MINUTE, shared);
  const queues = new Map<string, Promise<unknown>>();

  async function runAttempt<T>(key: string, attempt: () => Promise<T | null>): Promise<T | null> {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      await limiter.reward(key);
      throw refusal('sign-in', LOGIN_FAILURES_PER_MINUTE, error);
    }
    let hasFailed = false;
    try {
      const outcome = await attempt();
      hasFailed = outcome === null;
      return outcome;
    } finally {
      if (!hasFailed) await limiter.reward(key);
    }
  }

  return {
    async guard(account, address, attempt) {
      const key = `${account} ${address}`;
      const before = queues.get(key) ?? Promise.resolve();
      const run = before.then(
        () => runAttempt(key, attempt),
        () => runAttempt(key, attempt),
      );
      queues.set(key, run);
      try {
        return await run;
      } finally {
        if (queues.get(key) === run) queues.delete(key);
      }
    },
  };
}

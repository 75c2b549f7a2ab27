import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { LOGIN_FAILURES_PER_MINUTE } from '../../shared/limits.ts';
import { rateLimited, type ApiError } from './api-error.ts';

const WINDOW_SECONDS = 60;

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
export function createReadLimiter(perMinute: number): ReadLimiter {
  if (perMinute === 0) return { count: async () => {} };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
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
   * Attempts on one account from one address run one after the other, so that none slips past the count.
   * @throws ApiError 429
   */
  guard<T>(account: string, address: string, attempt: () => Promise<T | null>): Promise<T | null>;
}

/** Allows five failures a minute for each account and address. */
export function createSignInLimiter(): SignInLimiter {
  const limiter = new RateLimiterMemory({ points: LOGIN_FAILURES_PER_MINUTE, duration: WINDOW_SECONDS });
  const queues = new Map<string, Promise<unknown>>();

  async function runAttempt<T>(key: string, attempt: () => Promise<T | null>): Promise<T | null> {
    const state = await limiter.get(key);
    if (state && state.consumedPoints >= LOGIN_FAILURES_PER_MINUTE) {
      throw refusal('sign-in', LOGIN_FAILURES_PER_MINUTE, state);
    }
    const outcome = await attempt();
    if (outcome === null) await limiter.penalty(key);
    return outcome;
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

/** First wait after a failure; FCM asks for at least ten seconds. */
const BASE_MS = 10_000;
const LONGEST_MS = 5 * 60_000;
/** The longest `Retry-After` that is believed. */
const LONGEST_ASKED_MS = 60 * 60_000;
/** Jobs that were told to wait equally long do not come back at the same moment. */
const SPREAD_MS = 1_000;

/**
 * Whole milliseconds to wait after a failed attempt: what the other side asked for, or else twice as
 * long as before, and up to half as much again by chance.
 * @param attempts how many there were, at least 1
 * @param random uniform in [0, 1)
 */
export function retryDelay(attempts: number, askedMs: number | null, random: number): number {
  if (askedMs !== null) return Math.min(askedMs, LONGEST_ASKED_MS) + Math.round(random * SPREAD_MS);
  const longest = Math.min(LONGEST_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.round(longest * (1 + random / 2));
}

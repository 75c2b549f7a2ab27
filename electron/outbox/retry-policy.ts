const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Milliseconds to wait before the next attempt: `min(60 s, 1 s · 2ⁿ)`, of which the last fifth is
 * random, so that clients of a server that comes back do not return all at once.
 * @param failures failed attempts so far, at least 1.
 * @param random uniform in [0, 1).
 */
export function retryDelayMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return Math.round(full * (0.8 + 0.2 * random));
}

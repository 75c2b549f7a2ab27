/** Decides when messages on screen count as read. Pure. */

/** A message counts as read after being at least half in view for this long, in milliseconds. */
export const READ_AFTER_MS = 500;

/** Since when (milliseconds) each message has been in view without a break, by `seq`. */
export type Sightings = ReadonlyMap<number, number>;

/** What to do after looking at the screen. */
export interface Look {
  readonly sightings: Sightings;
  /** Highest `seq` seen for long enough, or null. */
  readonly readUpTo: number | null;
  /** Look again after this many milliseconds; null when nothing is ripening. */
  readonly nextLookMs: number | null;
}

/**
 * Takes one look.
 * @param inView `seq` of each unread inbound message that is at least half in view now; empty while
 * the window is hidden or without focus.
 */
export function look(before: Sightings, inView: readonly number[], nowMs: number): Look {
  const sightings = new Map<number, number>();
  let readUpTo: number | null = null;
  let nextLookMs: number | null = null;
  for (const seq of inView) {
    const since = before.get(seq) ?? nowMs;
    sightings.set(seq, since);
    const remaining = since + READ_AFTER_MS - nowMs;
    if (remaining <= 0) readUpTo = Math.max(readUpTo ?? 0, seq);
    else nextLookMs = Math.min(nextLookMs ?? Infinity, remaining);
  }
  return { sightings, readUpTo, nextLookMs };
}

import type { Clock } from '../engine-api.ts';

/**
 * Notices that the computer was asleep, or that its clock was set: then an open connection may be dead, and
 * what was known of the server's clock no longer holds. The system's own word for it may come twice or not at all.
 */
export interface WakeWatch {
  start(): void;
  /** The system says that the computer falls asleep: the next waking is another one. */
  noteSleep(): void;
  /** The system says that the computer woke up. */
  noteWake(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 2_000;
/** A timer that comes this late slept with the computer. */
const LONGEST_DELAY_MS = 30_000;
/** Words about one waking come at most this far apart. */
const SAME_WAKE_MS = 5_000;

/** Creates the watch; `onWake` is called once for each waking. */
export function createWakeWatch({
  clock,
  onWake,
}: {
  readonly clock: Clock;
  readonly onWake: () => void;
}): WakeWatch {
  let looked = read();
  let woke: ReturnType<typeof read> | null = null;
  let cancelTimer: (() => void) | null = null;

  function read() {
    return { now: clock.now(), monotonic: clock.monotonic() };
  }

  /** On some systems only the one clock goes on during sleep, on others both; and `now` can be set. */
  function differsFrom(since: ReturnType<typeof read>, expectedMs: number, toleranceMs: number): boolean {
    const { now, monotonic } = read();
    return [now - since.now, monotonic - since.monotonic].some(
      (passed) => Math.abs(passed - expectedMs) > toleranceMs,
    );
  }

  function look(): void {
    const isLate = differsFrom(looked, LOOK_EVERY_MS, LONGEST_DELAY_MS);
    plan();
    if (isLate) wake();
  }

  function plan(): void {
    looked = read();
    cancelTimer?.();
    cancelTimer = clock.after(LOOK_EVERY_MS, look);
  }

  function wake(): void {
    if (woke && !differsFrom(woke, 0, SAME_WAKE_MS)) return;
    woke = read();
    onWake();
  }

  return {
    start: plan,
    noteSleep: () => {
      woke = null;
    },
    noteWake: () => {
      // This gap is accounted for.
      if (cancelTimer) plan();
      wake();
    },
    stop: () => {
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}

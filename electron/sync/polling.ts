import type { Clock } from '../engine-api.ts';

const POLL_MS = 10_000;
const JITTER = 0.1;
/** The least rest between an answer, or the end of waiting for it, and the next request. */
const LEAST_REST_MS = 1_000;

/** Asks for news at intervals while there is no socket. */
export interface Polling {
  /** Asks at once and then every 10 s (± 10 %) until stopped. */
  start(): void;
  /** The same, but asks for the first time when the first 10 s are over. */
  plan(): void;
  stop(): void;
}

/** Creates the polling around `poll`, of which one runs at a time. */
export function createPolling(parts: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly poll: () => Promise<unknown>;
}): Polling {
  let cancel: (() => void) | null = null;

  async function ask(): Promise<void> {
    const mine = (cancel = () => {});
    const begun = parts.clock.monotonic();
    await parts.poll();
    // From one request to the next: waiting in vain for an answer must not put off the next one.
    if (cancel === mine) planNext(parts.clock.monotonic() - begun);
  }

  function planNext(elapsed: number): void {
    const period = POLL_MS * (1 - JITTER + 2 * JITTER * parts.random());
    cancel = parts.clock.after(Math.max(LEAST_REST_MS, period - elapsed), () => void ask());
  }

  return {
    start: () => {
      if (!cancel) void ask();
    },
    plan: () => {
      if (!cancel) planNext(0);
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
}

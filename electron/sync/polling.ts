import type { Clock } from '../engine-api.ts';

const POLL_MS = 10_000;
const JITTER = 0.1;

/** Asks for news at intervals while there is no socket. */
export interface Polling {
  /** Asks at once and then every 10 s (± 10 %) until stopped. */
  start(): void;
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
    await parts.poll();
    if (cancel !== mine) return;
    const wait = POLL_MS * (1 - JITTER + 2 * JITTER * parts.random());
    cancel = parts.clock.after(wait, () => void ask());
  }

  return {
    start: () => {
      if (!cancel) void ask();
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
}

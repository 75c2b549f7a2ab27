import type { Clock } from '../../../electron/engine-api.ts';
import { systemClock } from '../../../electron/sync/clock.ts';

/** The system's clock, wrong by as much as the test says; timers and `monotonic` do not know of it. */
export class JumpingClock implements Clock {
  #offMs: number;

  constructor(offMs = 0) {
    this.#offMs = offMs;
  }

  now(): number {
    return systemClock.now() + this.#offMs;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(ms: number, task: () => void): () => void {
    return systemClock.after(ms, task);
  }

  /** Somebody sets the clock; a sleep looks the same where `monotonic` stands still meanwhile. */
  jump(ms: number): void {
    this.#offMs += ms;
  }
}

import type { Change, ChangeBatch } from '../../shared/views.ts';

/** Numbers change batches and hands them to the window. */
export interface Publisher {
  /** Number of the newest batch; 0 before the first. */
  readonly number: number;
  /** Sends `changes` as the next batch. Batches count even while there is no window to see them. */
  publish(changes: readonly Change[]): void;
}

/** Makes a publisher that starts at 1; `send` must not throw. */
export function createPublisher(send: (batch: ChangeBatch) => void): Publisher {
  let number = 0;
  return {
    get number() {
      return number;
    },
    publish(changes) {
      if (changes.length === 0) return;
      number += 1;
      send({ number, changes });
    },
  };
}

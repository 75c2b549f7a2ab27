/** Time that passes only when the simulation lets it: one queue of events for all machines. */

interface Event {
  readonly at: number;
  readonly order: number;
  task: (() => void) | null;
}

const turnOfTheLoop = globalThis.setImmediate;

/** Lets every promise that is ready run to its end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void turnOfTheLoop(resolve));
}

export class VirtualTime {
  /** Milliseconds since 1970. */
  now = Date.UTC(2026, 0, 5, 8);
  /** A binary heap by time, then by order of planning. */
  readonly #events: Event[] = [];
  #order = 0;

  /** Runs `task` after `ms`; returns the way to cancel it. */
  after(ms: number, task: () => void): () => void {
    this.#order += 1;
    const event: Event = { at: this.now + Math.max(0, ms), order: this.#order, task };
    this.#push(event);
    return () => {
      event.task = null;
    };
  }

  /** Lets `ms` pass: each event at its time, and what it set off settles before the next one. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settled();
    for (let event = this.#events[0]; event && event.at <= end; event = this.#events[0]) {
      this.#pop();
      if (event.task === null) continue;
      this.now = event.at;
      event.task();
      await settled();
    }
    this.now = end;
  }

  /** Lets time pass until `promise` is settled. */
  async complete<T>(promise: T | Promise<T>): Promise<T> {
    const pending = { isPending: true };
    const done = Promise.resolve(promise).finally(() => {
      pending.isPending = false;
    });
    await settled();
    while (pending.isPending) await this.pass(20);
    return done;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

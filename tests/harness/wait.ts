/** Waiting for things to happen: by condition or by event, with a deadline, and never by luck. */

/** Milliseconds that a wait lasts at most, unless the caller says otherwise. */
const WAIT_MS = 15_000;

const PROBE_EVERY_MS = 25;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type NotYet = false | null | undefined;

/**
 * Asks `probe` until it answers something other than false, null or undefined, and gives that.
 * @param what completes the sentence "Waited … ms for …" when the deadline passes.
 * @throws after `timeoutMs`, with the last error of the probe if it had one.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | NotYet | Promise<T | NotYet>,
  timeoutMs = WAIT_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastReason = '';
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      lastReason = '';
    } catch (error) {
      lastReason = `; last error: ${reasonOf(error)}`;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms for ${what}${lastReason}`);
    }
    await pause(PROBE_EVERY_MS);
  }
}

/** Gives what `promise` gives, or throws after `timeoutMs`. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs = WAIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Everything that came, in order, and a way to wait for what is still to come. */
export class EventLog<T> {
  readonly #events: T[] = [];
  readonly #listeners = new Set<() => void>();

  /** All events so far, oldest first. */
  get all(): readonly T[] {
    return this.#events;
  }

  /** Adds an event and wakes those who wait for it. */
  add(event: T): void {
    this.#events.push(event);
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * The first event that `matches`, whether it came already or is still to come.
   * @param from index of the first event that counts; `log.all.length` means "from now on".
   */
  async find<Wanted extends T>(
    what: string,
    matches: (event: T) => event is Wanted,
    options?: { readonly from?: number; readonly timeoutMs?: number },
  ): Promise<Wanted>;
  async find(
    what: string,
    matches: (event: T) => boolean,
    options?: { readonly from?: number; readonly timeoutMs?: number },
  ): Promise<T>;
  async find(
    what: string,
    matches: (event: T) => boolean,
    { from = 0, timeoutMs = WAIT_MS }: { readonly from?: number; readonly timeoutMs?: number } = {},
  ): Promise<T> {
    let next = from;
    let look: () => void = () => undefined;
    const found = new Promise<T>((resolve) => {
      look = () => {
        const match = this.#events.slice(next).find(matches);
        next = this.#events.length;
        if (match !== undefined) resolve(match);
      };
    });
    this.#listeners.add(look);
    look();
    try {
      return await within(what, found, timeoutMs);
    } finally {
      this.#listeners.delete(look);
    }
  }
}

/** The server's timers are those of the platform: here they run on virtual time. */
import type { VirtualTime } from './virtual-time.ts';

export class GlobalTimers {
  readonly #time: VirtualTime;
  readonly #cancels = new Set<() => void>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** Takes the place of the platform's timers from now on. */
  install(): void {
    const plan = (task: () => void, ms: number, isRepeated: boolean) => {
      const handle = { cancel: () => {} };
      const run = (): void => {
        if (!isRepeated) this.#cancels.delete(handle.cancel);
        task();
      };
      const cancelOf = { current: () => {} };
      const start = (): void => {
        cancelOf.current = this.#time.after(ms, () => {
          if (isRepeated) start();
          run();
        });
      };
      handle.cancel = () => {
        cancelOf.current();
        this.#cancels.delete(handle.cancel);
      };
      start();
      this.#cancels.add(handle.cancel);
      return handle;
    };
    const cancel = (handle: ReturnType<typeof plan> | undefined) => handle?.cancel();
    Object.assign(globalThis, {
      setTimeout: (task: () => void, ms = 0) => plan(task, ms, false),
      setInterval: (task: () => void, ms = 0) => plan(task, ms, true),
      setImmediate: (task: () => void) => plan(task, 0, false),
      clearTimeout: cancel,
      clearInterval: cancel,
      clearImmediate: cancel,
    });
  }

  /** The process that planned them is gone. */
  cancelAll(): void {
    for (const cancel of [...this.#cancels]) cancel();
  }
}

/** How long a process keeps its event loop from what waits for it, and how long it is kept itself. */
import { readFileSync } from 'node:fs';

const PROBE_EVERY_MS = 1;

/** The longest between two looks of a one-millisecond timer, in milliseconds. */
export interface LoopGaps {
  /** By the clock: what a person feels. On a busy machine most of it is other programs' doing. */
  readonly longestMs: number;
  /** Processor time of the loop's own thread: what this program is to blame for on any machine. */
  readonly longestBusyMs: number;
}

function threadTimeMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Begins to measure; the function that it returns ends that. */
export function probeLoop(): () => LoopGaps {
  let longestMs = 0;
  let longestBusyMs = 0;
  let last = performance.now();
  let lastBusy = threadTimeMs();
  function look(): void {
    const [now, busy] = [performance.now(), threadTimeMs()];
    longestMs = Math.max(longestMs, now - last);
    longestBusyMs = Math.max(longestBusyMs, busy - lastBusy);
    [last, lastBusy] = [now, busy];
  }
  const timer = setInterval(look, PROBE_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return { longestMs, longestBusyMs };
  };
}

/**
 * Milliseconds so far in which the main thread of a process could have run but other programs had the processors.
 * 0 where the system does not say.
 */
export function processorWaitMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

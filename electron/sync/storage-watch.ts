import type { ClientError } from '../../shared/errors.ts';
import type { Clock, Log } from '../engine-api.ts';
import { CorruptDatabaseError, type DatabaseName, errorCode, storageError } from '../storage/errors.ts';

/** Keeps an eye on a disk that failed until it works again. */
export interface StorageWatch {
  /** Notes what the disk or a database threw; the error for the one who asked. */
  failed(thrown: unknown): ClientError;
  /** What is wrong now, or null. */
  problem(): ClientError | null;
  /** Something could be stored: looks at once whether all of it works again. */
  worked(): void;
  stop(): void;
}

const FIRST_PROBE_MS = 2_000;
const LONGEST_PROBE_MS = 10_000;
/** Trouble that comes back sooner than this, in milliseconds, is the same trouble. */
const QUIET_MS = 60_000;

/** Creates the watch; it does nothing while everything works. */
export function createStorageWatch(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly isActive: () => boolean;
  /** Writes as the account would, and leaves no trace; throws what goes wrong. */
  readonly tryWriting: () => void;
  /** The problem came, changed or went. */
  readonly onProblem: () => void;
  /** Writing works again. */
  readonly onRecovered: () => void;
  /** A database has to be replaced; told once. */
  readonly onDamaged: (database: DatabaseName) => void;
}): StorageWatch {
  const { clock, log } = parts;
  let problem: ClientError | null = null;
  let isDamaged = false;
  let probeMs = FIRST_PROBE_MS;
  let recoveredAt = Number.NEGATIVE_INFINITY;
  let cancelProbe: (() => void) | null = null;

  function planProbe(): void {
    cancelProbe ??= clock.after(probeMs, probe);
  }

  function probe(): void {
    cancelProbe = null;
    if (!parts.isActive()) return;
    probeMs = Math.min(LONGEST_PROBE_MS, probeMs * 2);
    try {
      parts.tryWriting();
    } catch (thrown) {
      failed(thrown);
      return;
    }
    problem = null;
    recoveredAt = clock.monotonic();
    log('storage.recovered');
    parts.onProblem();
    parts.onRecovered();
  }

  function failed(thrown: unknown): ClientError {
    const error = storageError(thrown);
    if (!parts.isActive()) return error;
    const reason = errorCode(thrown) || (thrown instanceof Error ? thrown.name : 'unknown');
    log('storage.failed', { code: error.code, reason });
    if (thrown instanceof CorruptDatabaseError) {
      if (!isDamaged) parts.onDamaged(thrown.database);
      isDamaged = true;
      return error;
    }
    if (problem === null && clock.monotonic() - recoveredAt > QUIET_MS) probeMs = FIRST_PROBE_MS;
    const isNews = problem?.code !== error.code;
    problem = error;
    planProbe();
    if (isNews) parts.onProblem();
    return error;
  }

  return {
    failed,
    problem: () => problem,
    worked: () => {
      if (problem === null) return;
      cancelProbe?.();
      probe();
    },
    stop: () => {
      cancelProbe?.();
      cancelProbe = null;
    },
  };
}

import { CompiledQuery, type Kysely } from 'kysely';
import type { Tables, WriteTransaction } from './tables.ts';

/** So many transactions are committed together at most: the first shall not wait long for the last. */
const GROUP_MAX = 32;

const BEGIN_WORK = CompiledQuery.raw('savepoint work');
const END_WORK = CompiledQuery.raw('release work');
const UNDO_WORK = CompiledQuery.raw('rollback to work');

/** A transaction that waits for its turn. */
interface Job {
  /** Does the work; gives the way to tell its outcome. */
  run(trx: WriteTransaction): Promise<() => void>;
  reject(reason: unknown): void;
}

/** Runs a job after others in the same transaction; if it fails, only what it has done itself is undone. */
async function runAfterOthers(job: Job, trx: WriteTransaction): Promise<() => void> {
  await trx.executeQuery(BEGIN_WORK);
  let tell: () => void;
  try {
    tell = await job.run(trx);
  } catch (reason) {
    try {
      await trx.executeQuery(UNDO_WORK);
    } catch {
      // SQLite has ended the whole transaction by itself, as it does on a full disk.
      throw reason;
    }
    tell = () => job.reject(reason);
  }
  await trx.executeQuery(END_WORK);
  return tell;
}

/**
 * Writing transactions on one SQLite connection. Each sees what those before it have done, as if they ran one
 * after the other; but those that come at the same time are committed together, because a commit waits for the
 * disk and one wait is enough for all. No outcome, good or bad, is told before the commit that it rests on.
 * @param soon runs a task when those that came with the first have had their chance to come, too
 */
export function groupCommits(
  db: Kysely<Tables>,
  soon: (task: () => void) => void,
): <T>(work: (trx: WriteTransaction) => Promise<T>) => Promise<T> {
  const waiting: Job[] = [];
  let isAwake = false;

  async function runGroup(): Promise<void> {
    const taken: Job[] = [];
    const tells: (() => void)[] = [];
    try {
      await db.transaction().execute(async (trx) => {
        for (let job = waiting.shift(); job; job = taken.length < GROUP_MAX ? waiting.shift() : undefined) {
          taken.push(job);
          // The first needs no savepoint: when it fails, there is nothing else to keep.
          tells.push(await (taken.length === 1 ? job.run(trx) : runAfterOthers(job, trx)));
        }
      });
    } catch (reason) {
      // When not even the first could begin, the same would happen to each of them, after as long a wait.
      for (const job of taken.length > 0 ? taken : waiting.splice(0)) job.reject(reason);
      return;
    }
    for (const tell of tells) tell();
  }

  async function runAll(): Promise<void> {
    while (waiting.length > 0) await runGroup();
    isAwake = false;
  }

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({
        run: async (trx) => {
          const value = await work(trx);
          return () => resolve(value);
        },
        reject,
      });
      if (isAwake) return;
      isAwake = true;
      soon(() => void runAll());
    });
}

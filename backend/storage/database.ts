import type { RawBuilder } from 'kysely';
import type { Queries, WriteTransaction } from './tables.ts';

/** The open database. */
export interface Database {
  /** For reading; sees what is committed. */
  readonly read: Queries;
  /**
   * Runs `work` in a writing transaction; what it throws rolls back and comes out. On SQLite one runs at a
   * time. On PostgreSQL they run side by side and wait for each other at the rows that they lock, and `work`
   * runs again when the database broke the transaction off in favour of another.
   */
  transaction<T>(work: (trx: WriteTransaction) => Promise<T>): Promise<T>;
  /**
   * The time by the database's clock, milliseconds since the Unix epoch: the same for every node on it, and
   * read when the statement runs, which can be long after its transaction has begun.
   */
  time(): RawBuilder<number>;
  /** Connections of this process by what they do: `in use`, `idle`, or `waiting` to be opened; not on SQLite. */
  readonly connections?: () => Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** The database's time, milliseconds since the Unix epoch. */
export async function readTime(trx: WriteTransaction, database: Pick<Database, 'time'>): Promise<number> {
  const { now } = await trx.selectNoFrom(database.time().as('now')).executeTakeFirstOrThrow();
  return now;
}

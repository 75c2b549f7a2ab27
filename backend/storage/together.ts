import type { Compilable, DatabaseConnection } from 'kysely';
import { PostgresConnection } from './postgres-driver.ts';
import type { WriteTransaction } from './tables.ts';

/** Sends a query off. @returns its rows */
export type RunQuery = <Row>(query: Compilable<Row>) => Promise<Row[]>;

/** Hands each of some queries to what it is given, in their order, and returns the promises. */
type Send<P extends readonly Promise<unknown>[]> = (run: RunQuery) => P;

/** The rows of each query. */
type Answers<P extends readonly Promise<unknown>[]> = { -readonly [K in keyof P]: Awaited<P[K]> };

function runnerOn(connection: DatabaseConnection): RunQuery {
  return async <Row>(query: Compilable<Row>) => {
    const { rows } = await connection.executeQuery<Row>(query.compile());
    return rows;
  };
}

/**
 * Runs statements of a transaction one after the other, without waiting for the answer to one before the next
 * is on its way: on PostgreSQL each wait is a trip over the network. A statement sees what those before it have
 * done, and holds the locks that they took. None can be built from another's answer.
 * @throws what the first one that fails throws; on PostgreSQL those after it fail with it
 */
export async function together<const P extends readonly Promise<unknown>[]>(
  trx: WriteTransaction,
  send: Send<P>,
): Promise<Answers<P>> {
  return trx.getExecutor().provideConnection((connection) => Promise.all(send(runnerOn(connection))));
}

/**
 * The same for the last statements of a transaction, which may be on their way together with its end: the
 * answers are to be waited for when that has come. If one of the statements fails, so does the transaction.
 */
export async function lastly<const P extends readonly Promise<unknown>[]>(
  trx: WriteTransaction,
  send: Send<P>,
): Promise<{ readonly answers: Promise<Answers<P>> }> {
  return trx.getExecutor().provideConnection(async (connection) => {
    const answers = Promise.all(send(runnerOn(connection)));
    // After a statement that failed, PostgreSQL commits nothing; the commit tells of it. SQLite would commit the rest.
    if (connection instanceof PostgresConnection) answers.catch(() => {});
    else await answers;
    return { answers };
  });
}

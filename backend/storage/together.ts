import type { Compilable } from 'kysely';
import type { WriteTransaction } from './tables.ts';

/** Sends a query off. @returns its rows */
export type RunQuery = <Row>(query: Compilable<Row>) => Promise<Row[]>;

/**
 * Runs statements of a transaction one after the other, without waiting for the answer to one before the next
 * is on its way: on PostgreSQL each wait is a trip over the network. A statement sees what those before it have
 * done, and holds the locks that they took. None can be built from another's answer.
 * @param send hands each query to what it is given, in order, and returns the promises
 * @returns the rows of each
 * @throws what the first one that fails throws; on PostgreSQL those after it fail with it
 */
export async function together<const P extends readonly Promise<unknown>[]>(
  trx: WriteTransaction,
  send: (run: RunQuery) => P,
): Promise<{ -readonly [K in keyof P]: Awaited<P[K]> }> {
  return trx.getExecutor().provideConnection((connection) => {
    const run = async <Row>(query: Compilable<Row>): Promise<Row[]> => {
      const { rows } = await connection.executeQuery<Row>(query.compile());
      return rows;
    };
    return Promise.all(send(run));
  });
}

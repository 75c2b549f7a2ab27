import type { Compilable } from 'kysely';
import type { WriteTransaction } from './tables.ts';

/** The rows that each of the queries answers with, in the same order. */
type Answers<Q extends readonly Compilable[]> = {
  -readonly [K in keyof Q]: Q[K] extends Compilable<infer Row> ? Row[] : never;
};

/**
 * Runs statements of a transaction one after the other, without waiting for the answer to one before the next
 * is on its way: on PostgreSQL each wait is a trip over the network. A statement sees what those before it have
 * done, and holds the locks that they took. None can be built from another's answer.
 * @returns the rows of each
 * @throws what the first one that fails throws; on PostgreSQL those after it fail with it
 */
export async function together<const Q extends readonly Compilable[]>(
  trx: WriteTransaction,
  queries: Q,
): Promise<Answers<Q>> {
  const compiled = queries.map((query) => query.compile());
  const results = await trx
    .getExecutor()
    .provideConnection((connection) => Promise.all(compiled.map((query) => connection.executeQuery(query))));
  // One result for each query, with the rows that its type tells.
  return results.map(({ rows }) => rows) as Answers<Q>;
}

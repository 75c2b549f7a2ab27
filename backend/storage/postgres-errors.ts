import pg from 'pg';

/** The connection to the server could not be made, broke, or did not answer in time; whether a commit took effect is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/**
 * Classes of SQLSTATE that say nothing about the query: connection, resources, operator, and what the time
 * limits of a session end (canceled, lock not available, idle in a transaction).
 */
const UNAVAILABLE = /^(08|53|57P|57014|55P03|25P0[34])/;

/**
 * Another transaction was in the way, and the database has undone this one: a deadlock, a serialization
 * failure, or a key that was looked up and then inserted by another first. Run again, it sees the other.
 */
const IN_THE_WAY = /^(40001|40P01|23505)$/;

/** What the server says when a prepared statement's table has changed since. */
const STALE_STATEMENT = '0A000';

function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}

/** Whether a prepared statement has to be prepared anew, because the schema was migrated under it. */
export function isStaleStatement(error: unknown): boolean {
  return codeOf(error) === STALE_STATEMENT && error instanceof Error && error.message.includes('cached plan');
}

/** Whether a transaction that failed so may succeed when it is run again; it has not been committed. */
export function isWorthAnotherRun(error: unknown): boolean {
  return IN_THE_WAY.test(codeOf(error)) || isStaleStatement(error);
}

/** True for a failure of the server or the way to it rather than of a query. */
export function isPostgresUnavailable(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return true;
  const code = codeOf(error);
  return UNAVAILABLE.test(code) || (code !== '23505' && isWorthAnotherRun(error));
}

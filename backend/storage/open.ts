import type { Clock } from '../operations/clock.ts';
import type { Database } from './database.ts';
import { isPostgresUnavailable } from './postgres-errors.ts';
import { openPostgres } from './postgres.ts';
import { isSqliteUnavailable, openSqlite } from './sqlite.ts';

/** Whether a location is the address of a PostgreSQL database; any other is a file. */
export function isPostgresAddress(location: string): boolean {
  return /^postgres(ql)?:\/\//i.test(location);
}

/**
 * Opens the database at `location`, a file or `postgres://…`, and brings its schema up to date. `clock` tells
 * the time of a file's database; a PostgreSQL server has its own.
 * @throws SettingsError when it cannot be used; a database of another program or of a newer version of this
 * one is left untouched.
 */
export function openDatabase(location: string, clock: Clock): Promise<Database> {
  return isPostgresAddress(location) ? openPostgres(location, clock) : openSqlite(location, clock);
}

/** True for a failure of the database itself (locked, full, unreachable) rather than of a query. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return isSqliteUnavailable(error) || isPostgresUnavailable(error);
}

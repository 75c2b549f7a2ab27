import SqliteDatabase from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import type { Clock } from '../operations/clock.ts';
import { SettingsError } from '../settings-error.ts';
import type { Database } from './database.ts';
import { groupCommits } from './group-commit.ts';
import { checkSchemaVersion, migrate } from './migrate.ts';
import { sqliteSchema } from './schema-dialect.ts';
import { immediateSqliteDialect } from './sqlite-dialect.ts';
import { lockFile } from './sqlite-lock.ts';
import type { Tables } from './tables.ts';

/** Milliseconds to wait for another process's lock; waiting blocks the event loop, so it is short. */
const BUSY_TIMEOUT_MS = 2_000;

function cannotOpen(file: string, reason: string): SettingsError {
  return new SettingsError(`The database file ${JSON.stringify(file)} cannot be opened (${reason}).`);
}

function connect(file: string): SqliteDatabase.Database {
  try {
    return new SqliteDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw cannotOpen(file, error instanceof SqliteDatabase.SqliteError ? error.code : 'no such folder');
  }
}

/** Keeps the file from being replaced while it is open. */
function lock(file: string): () => void {
  try {
    const unlock = lockFile(file, 'shared');
    if (unlock) return unlock;
  } catch (error) {
    throw cannotOpen(file, error instanceof SqliteDatabase.SqliteError ? error.code : 'no such folder');
  }
  throw new SettingsError('The database is being restored: start again when that is done.');
}

function configure(connection: SqliteDatabase.Database): void {
  connection.pragma('journal_mode = WAL');
  // An accepted message must survive a power cut; better-sqlite3 opens WAL databases with NORMAL.
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
}

/**
 * Opens a SQLite file, creating it if need be, and brings its schema up to date.
 * @throws SettingsError when the file cannot be used
 */
export async function openSqlite(file: string, clock: Clock): Promise<Database> {
  const unlock = lock(file);
  try {
    const database = await openLocked(file, clock);
    return {
      ...database,
      async close() {
        await database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openLocked(file: string, clock: Clock): Promise<Database> {
  const writer = connect(file);
  const write = new Kysely<Tables>({ dialect: immediateSqliteDialect(writer) });
  try {
    await checkSchemaVersion(write, sqliteSchema);
    configure(writer);
    await migrate((work) => write.transaction().execute((trx) => work(trx)), sqliteSchema, clock());
  } catch (error) {
    await write.destroy();
    throw error instanceof SqliteDatabase.SqliteError ? cannotOpen(file, error.code) : error;
  }
  const reader = connect(file);
  configure(reader);
  reader.pragma('query_only = ON');
  const read = new Kysely<Tables>({ dialect: immediateSqliteDialect(reader) });
  return {
    read,
    // Requests that arrive together get to their transactions in the same turn of the event loop.
    transaction: groupCommits(write, setImmediate),
    time: () => sql<number>`${clock()}`,
    async close() {
      await read.destroy();
      await write.destroy();
      // Kysely closes only what it has used.
      reader.close();
      writer.close();
    },
  };
}

/** True for a failure of the file (locked, disk full, unreadable) rather than of a query. */
export function isSqliteUnavailable(error: unknown): boolean {
  return (
    error instanceof SqliteDatabase.SqliteError &&
    /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(error.code)
  );
}

/** The only importer of better-sqlite3 in the app: opens a database safely and hands out statements. */
import SqliteDatabase from 'better-sqlite3';
import { chmodSync, closeSync, openSync, readSync } from 'node:fs';
import { type ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../engine-api.ts';
import { quarantine } from './account-files.ts';
import { CorruptDatabaseError, errorCode, isCorruption, storageError } from './errors.ts';
import { latestVersion, migrate, type Migration } from './migrate.ts';

/** What SQLite stores and gives back. */
export type SqlValue = string | number | null;

/** A prepared statement; parameters by position. */
export interface Statement<Params extends readonly SqlValue[], Row> {
  get(...params: Params): Row | undefined;
  all(...params: Params): Row[];
  /** Returns the number of changed rows. */
  run(...params: Params): number;
}

/** An open database. Everything on it is synchronous. */
export interface Store {
  prepare<Params extends readonly SqlValue[], Row = never>(sql: string): Statement<Params, Row>;
  /** Runs `work` in one immediate transaction; nested calls join it. */
  transaction<T>(work: () => T): T;
  /**
   * Runs `work` so that its commits survive a crash of the app but perhaps not a loss of power: for
   * changes that are found and made again. Not inside a transaction.
   */
  unsynced<T>(work: () => T): T;
  close(): void;
}

export interface OpenOptions {
  /** Absolute path of the database file; its folder must exist. */
  readonly path: string;
  /** Name in the log, e.g. `cache`. */
  readonly name: string;
  readonly migrations: readonly Migration[];
  /** `FULL`: a commit survives power loss. `NORMAL`: it survives a crash of the app. */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly clock: Clock;
  readonly log: Log;
}

/** An opened database, and whether a damaged one had to be put aside for it. */
export interface Opened {
  readonly store: Store;
  readonly wasCorrupt: boolean;
}

const BUSY_TIMEOUT_MS = 5_000;
const SLOW_QUERY_MS = 20;
/** Room for the last pages of ten thousand conversations: the list then takes a third of the time. */
const PAGE_CACHE_KIB = 64 * 1_024;
/** Where SQLite keeps `user_version` in the file, as a big-endian 32-bit number. */
const USER_VERSION_OFFSET = 60;

const UPDATE_REQUIRED: ClientError = {
  code: 'update_required',
  message: 'A newer version of Trainer Inbox wrote the messages on this computer. Please update the app.',
};

class FutureSchemaError extends Error {}

/**
 * Opens a database and migrates it. A damaged file is put aside and a fresh one opened.
 * @returns `update_required` for a schema of a later version, whose file is left untouched;
 * `storage_full` or `storage_failed` when the file cannot be opened.
 */
export function openStore(options: OpenOptions): Result<Opened, ClientError> {
  try {
    return ok({ store: openOnce(options), wasCorrupt: false });
  } catch (thrown) {
    if (thrown instanceof FutureSchemaError) return fail(UPDATE_REQUIRED);
    options.log('storage.open_failed', { database: options.name, code: errorCode(thrown) });
    if (!isCorruption(thrown)) return fail(storageError(thrown));
  }
  try {
    quarantine(options.path, options.clock.now());
    return ok({ store: openOnce(options), wasCorrupt: true });
  } catch (thrown) {
    return fail(storageError(thrown));
  }
}

function openOnce(options: OpenOptions): Store {
  const latest = latestVersion(options.migrations);
  if (versionInFile(options.path) > latest) throw new FutureSchemaError();
  const database = new SqliteDatabase(options.path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // A crash can leave the newer version in the write-ahead log alone, where the header does not show it.
    if (versionOf(database) > latest) throw new FutureSchemaError();
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${options.synchronous}`);
    database.pragma('foreign_keys = ON');
    database.pragma('secure_delete = ON');
    database.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    migrate(
      {
        version: () => versionOf(database),
        step: ({ version, sql }) =>
          database.transaction(() => {
            database.exec(sql);
            database.pragma(`user_version = ${version}`);
          })(),
      },
      options.migrations,
    );
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return wrap(database, options);
}

function versionOf(database: SqliteDatabase.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** Reads the schema version without SQLite, and creates the file, private to this person, if needed. */
function versionInFile(path: string): number {
  const file = openSync(path, 'a+', 0o600);
  try {
    chmodSync(path, 0o600);
    const header = Buffer.alloc(USER_VERSION_OFFSET + 4);
    const isComplete = readSync(file, header, 0, header.length, 0) === header.length;
    const isSqlite = header.toString('latin1', 0, 15) === 'SQLite format 3';
    return isComplete && isSqlite ? header.readUInt32BE(USER_VERSION_OFFSET) : 0;
  } finally {
    closeSync(file);
  }
}

function wrap(database: SqliteDatabase.Database, { name, synchronous, clock, log }: OpenOptions): Store {
  function timed<T>(query: string, work: () => T): T {
    const start = clock.monotonic();
    try {
      return work();
    } catch (thrown) {
      throw isCorruption(thrown) ? new CorruptDatabaseError(name, thrown) : thrown;
    } finally {
      const ms = clock.monotonic() - start;
      if (ms >= SLOW_QUERY_MS) log('storage.slow_query', { database: name, ms: Math.round(ms), query });
    }
  }
  return {
    prepare<Params extends readonly SqlValue[], Row>(sql: string): Statement<Params, Row> {
      const statement = database.prepare<SqlValue[], Row>(sql);
      const query = sql.replace(/\s+/g, ' ').trim().slice(0, 80);
      return {
        get: (...params) => timed(query, () => statement.get(...params)),
        all: (...params) => timed(query, () => statement.all(...params)),
        run: (...params) => timed(query, () => statement.run(...params).changes),
      };
    },
    transaction: (work) => {
      if (database.inTransaction) return work();
      return timed('transaction', () => database.transaction(work).immediate());
    },
    unsynced: (work) => {
      if (synchronous === 'NORMAL') return work();
      // The pragma takes effect when it is compiled, so a prepared one would act only once.
      database.pragma('synchronous = NORMAL');
      try {
        return work();
      } finally {
        database.pragma(`synchronous = ${synchronous}`);
      }
    },
    close: () => {
      if (database.open) database.close();
    },
  };
}

/** The only importer of better-sqlite3 in the app: opens a database safely and hands out statements. */
import SqliteDatabase from 'better-sqlite3';
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../engine-api.ts';
import { isThere, quarantine, syncFolder } from './account-files.ts';
import {
  CorruptDatabaseError,
  type DatabaseName,
  DamagedFileError,
  errorCode,
  FutureSchemaError,
  isCorruption,
  isUnusable,
  storageError,
} from './errors.ts';
import { examine } from './examine.ts';
import { latestVersion, migrate, type Migration } from './migrate.ts';
import { type DatabaseImage, NO_PAGES, readRemains } from './salvage/image.ts';

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
  /** Makes a commit that changes nothing; throws what a real one would throw now. */
  tryCommit(): void;
  close(): void;
}

export interface OpenOptions {
  /** Absolute path of the database file; its folder must exist. */
  readonly path: string;
  readonly name: DatabaseName;
  readonly migrations: readonly Migration[];
  /** `FULL`: a commit survives power loss. `NORMAL`: it survives a crash of the app. */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly clock: Clock;
  readonly log: Log;
  /** It held something before: a file without content is a damaged one. */
  readonly isInUse?: boolean;
  /** SQLite called it damaged while it was in use: all of it is checked. */
  readonly isSuspected?: boolean;
  /** Carries over what can be read of a damaged file; gives the number of rows that matter. */
  readonly restore?: (damaged: DatabaseImage, fresh: Store) => number;
  /** Whether the first misses rows that the second has. */
  readonly hasLost?: (now: DatabaseImage, before: DatabaseImage) => boolean;
  /** Whether the rows are what they were when they were written. With it all of the file is checked. */
  readonly isUnaltered?: (store: Store) => boolean;
}

/** An opened database, and whether a damaged one had to be put aside for it. */
export interface Opened {
  readonly store: Store;
  readonly wasCorrupt: boolean;
  /** What `restore` gave for the damaged one. */
  readonly restoredCount: number;
}

const BUSY_TIMEOUT_MS = 5_000;
const SLOW_QUERY_MS = 20;
/** SQLite's primary code for failed reads and writes. */
const SQLITE_IOERR = 10;
/** Room for the last pages of ten thousand conversations: the list then takes a third of the time. */
const PAGE_CACHE_KIB = 64 * 1_024;

const UPDATE_REQUIRED: ClientError = {
  code: 'update_required',
};

/**
 * Opens a database and migrates it. A damaged file is put aside and a fresh one opened, with what
 * `restore` could carry over.
 * @returns `update_required` for a schema of a later version, whose files are left untouched;
 * `storage_full` or `storage_failed` when the file cannot be opened or replaced now.
 */
export function openStore(options: OpenOptions): Result<Opened, ClientError> {
  const { path, name, log } = options;
  try {
    finishReplacing(path, options.clock.now());
    return ok({ store: openTrusted(options), wasCorrupt: false, restoredCount: 0 });
  } catch (thrown) {
    if (thrown instanceof FutureSchemaError) return fail(UPDATE_REQUIRED);
    log('storage.open_failed', { database: name, code: errorCode(thrown) || kindOf(thrown) });
    if (!isUnusable(thrown)) return fail(storageError(thrown));
  }
  try {
    const restoredCount = replace(options);
    log('storage.replaced', { database: name, restored: restoredCount });
    return ok({ store: openSound({ ...options, isInUse: false }), wasCorrupt: true, restoredCount });
  } catch (thrown) {
    log('storage.replacing_failed', { database: name, code: errorCode(thrown) || kindOf(thrown) });
    return fail(storageError(thrown));
  }
}

/**
 * Opens a database, and believes only a second look that it is damaged: SQLite calls a read that failed
 * `SQLITE_CORRUPT`, too.
 */
function openTrusted(options: OpenOptions): Store {
  const { path, name, restore, log } = options;
  try {
    return openSound(options);
  } catch (thrown) {
    if (!isCorruption(thrown)) throw thrown;
    log('storage.doubted', { database: name, code: errorCode(thrown) });
  }
  // What cannot be rebuilt is never given up for a disk that cannot be read: this throws its own error.
  if (restore) imageOf(path);
  return openSound(options);
}

function kindOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'unknown';
}

/**
 * Builds the fresh file under another name, so that a crash at any moment leaves either the damaged
 * one or a whole fresh one ({@link finishReplacing}).
 */
function replace(options: OpenOptions): number {
  const { path, restore, clock } = options;
  let restoredCount = 0;
  if (restore) {
    const building = openSound({ ...options, path: newPath(path), isInUse: false });
    try {
      restoredCount = restore(imageOf(path), building);
    } finally {
      building.close();
    }
    renameSync(newPath(path), freshPath(path));
  }
  quarantine(path, clock.now());
  finishReplacing(path, clock.now());
  return restoredCount;
}

/** A file that cannot be read at all has no pages; whoever keeps it aside can still try other ways. */
function imageOf(path: string): DatabaseImage {
  try {
    return readRemains(path);
  } catch (thrown) {
    if (!isUnusable(thrown) && errorCode(thrown) !== 'ENOENT') throw thrown;
    return NO_PAGES;
  }
}

const newPath = (path: string): string => `${path}.new`;
const freshPath = (path: string): string => `${path}.fresh`;

/** Puts a fresh file in the place of a damaged one, if that is gone, and drops what a crash left half done. */
function finishReplacing(path: string, now: number): void {
  for (const side of ['', '-wal', '-shm']) rmSync(newPath(path) + side, { force: true });
  if (!isThere(freshPath(path))) return;
  if (isThere(path)) {
    rmSync(freshPath(path));
    return;
  }
  // The damaged file's log would be taken for the fresh one's.
  quarantine(path, now);
  renameSync(freshPath(path), path);
  syncFolder(dirname(path));
}

function openSound(options: OpenOptions): Store {
  const { path, migrations } = options;
  const wasInterrupted = examine(path, { latestVersion: latestVersion(migrations), ...options });
  const database = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('cell_size_check = ON');
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${options.synchronous}`);
    database.pragma('foreign_keys = ON');
    database.pragma('secure_delete = ON');
    database.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    // A big one is looked through only when something went wrong; what is found in use leads here, too.
    const isAllChecked = options.isUnaltered !== undefined || options.isSuspected === true;
    if (isAllChecked || wasInterrupted) checkPages(database, isAllChecked ? 'all' : 'quick');
    checkSchema(database, migrations);
    migrate(
      {
        version: () => versionOf(database),
        step: ({ version, sql }) =>
          database.transaction(() => {
            database.exec(sql);
            database.pragma(`user_version = ${version}`);
          })(),
      },
      migrations,
    );
    const store = wrap(database, options);
    if (options.isUnaltered?.(store) === false) throw new DamagedFileError('rows');
    return store;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function versionOf(database: SqliteDatabase.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** An I/O error that the check reports as if it were damage: the disk's fault, perhaps for a moment. */
const READ_ERROR = /error code=(\d+)/;

function checkPages(database: SqliteDatabase.Database, depth: 'all' | 'quick'): void {
  const check = depth === 'all' ? 'integrity_check' : 'quick_check';
  const finding = String(database.pragma(`${check}(1)`, { simple: true }));
  if (finding === 'ok') return;
  const code = Number(READ_ERROR.exec(finding)?.[1] ?? 0);
  if ((code & 0xff) === SQLITE_IOERR) throw new Error('the database could not be read');
  // Some findings are reads that failed and do not say so: to be doubted like SQLite's own errors.
  throw new SqliteDatabase.SqliteError(finding, 'SQLITE_CORRUPT');
}

/** Refuses a database whose tables are not those that our migrations up to its version make. */
function checkSchema(database: SqliteDatabase.Database, migrations: readonly Migration[]): void {
  const version = versionOf(database);
  const model = new SqliteDatabase(':memory:');
  try {
    for (const step of migrations) if (step.version <= version) model.exec(step.sql);
    if (schemaOf(database) !== schemaOf(model)) throw new DamagedFileError('schema');
  } finally {
    model.close();
  }
}

function schemaOf(database: SqliteDatabase.Database): string {
  const rows = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name');
  return JSON.stringify(rows.all());
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
    tryCommit: () => timed('try', () => void database.pragma(`user_version = ${versionOf(database)}`)),
    close: () => {
      if (database.open) database.close();
    },
  };
}

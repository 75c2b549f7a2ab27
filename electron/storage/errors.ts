import type { ClientError } from '../../shared/errors.ts';

/** The SQLite or file system error code of a thrown value, e.g. `SQLITE_FULL`; empty when it has none. */
export function errorCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** One of an account's databases. */
export type DatabaseName = 'cache' | 'outbox';

/** SQLite called a database damaged while it was in use, which a failed read is to it as well. */
export class CorruptDatabaseError extends Error {
  readonly database: DatabaseName;

  constructor(database: DatabaseName, cause: unknown) {
    super(`the ${database} database was called damaged`, { cause });
    this.name = 'CorruptDatabaseError';
    this.database = database;
  }
}

/** A database file that is none, or lost what it held, as the look at it before opening found. */
export class DamagedFileError extends Error {
  /** @param what in a word, for the log. */
  constructor(what: string) {
    super(`a damaged database file: ${what}`);
    this.name = 'DamagedFileError';
  }
}

/** The file's schema is of a later version of the app. */
export class FutureSchemaError extends Error {}

/** True when SQLite says that the file is not, or no longer, a sound database. */
export function isCorruption(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/**
 * True when a file that could not be opened will never be of use as it is. `SQLITE_ERROR` belongs here,
 * because opening runs nothing that could be wrong but the file.
 */
export function isUnusable(thrown: unknown): boolean {
  if (thrown instanceof DamagedFileError || isCorruption(thrown)) return true;
  return ['SQLITE_ERROR', 'EISDIR', 'ELOOP', 'EACCES', 'EPERM'].includes(errorCode(thrown));
}

/** What a person should know about a storage failure; details stay in the log. */
export function storageError(thrown: unknown): ClientError {
  const code = errorCode(thrown);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'storage_full',
    };
  }
  return { code: 'storage_failed' };
}

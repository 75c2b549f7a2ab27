import type { ClientError } from '../../shared/errors.ts';

/** The SQLite or file system error code of a thrown value, e.g. `SQLITE_FULL`; empty when it has none. */
export function errorCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** A database turned out to be damaged while it was in use. */
export class CorruptDatabaseError extends Error {
  /** Its name in the log, e.g. `cache`. */
  readonly database: string;

  constructor(database: string, cause: unknown) {
    super(`the ${database} database is damaged`, { cause });
    this.name = 'CorruptDatabaseError';
    this.database = database;
  }
}

/** True when SQLite says that the file is not, or no longer, a sound database. */
export function isCorruption(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** What a person should know about a storage failure; details stay in the log. */
export function storageError(thrown: unknown): ClientError {
  const code = errorCode(thrown);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'storage_full',
      message: 'The disk is full. Messages cannot be saved until there is space again.',
    };
  }
  return { code: 'storage_failed', message: 'This computer could not save or read the messages.' };
}

import SqliteDatabase from 'better-sqlite3';

/** `shared` for everybody who works with a database file, `exclusive` for who puts another in its place. */
export type FileLock = 'shared' | 'exclusive';

const TAKE: Readonly<Record<FileLock, string>> = {
  shared: 'begin; select count(*) from sqlite_master',
  exclusive: 'begin exclusive',
};

/**
 * Holds the lock of a database file. It lies beside the file, because the file itself may be replaced, and ends
 * with the process that holds it, however that ends.
 * @returns the way to let it go, or null when somebody is in the way
 */
export function lockFile(file: string, kind: FileLock): (() => void) | null {
  const lock = new SqliteDatabase(`${file}-lock`, { timeout: 0 });
  try {
    lock.exec(TAKE[kind]);
  } catch (error) {
    lock.close();
    if (error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
  return () => void lock.close();
}

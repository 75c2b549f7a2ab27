/** Looks at a database file without SQLite, before anything may change it. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { DamagedFileError, FutureSchemaError } from './errors.ts';
import { type DatabaseImage, readHeader, readImage, readWalOf } from './salvage/image.ts';

/** What a sound file is known to be. */
interface Expectations {
  /** The newest schema that this version of the app knows. */
  readonly latestVersion: number;
  /** A file without content is a damaged one. */
  readonly isInUse?: boolean;
  /** Whether SQLite would now miss rows that were on the disk before. */
  readonly hasLost?: (now: DatabaseImage, before: DatabaseImage) => boolean;
}

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
/** Where a header keeps the version that is needed to write the file, and `user_version` (32 bits). */
const WRITE_VERSION_AT = 18;
const USER_VERSION_AT = 60;
/** The write-ahead log is the newest way of writing that SQLite has. */
const NEWEST_WRITE_VERSION = 2;
/** No schema has had so many steps: a greater number is a damaged one. */
const GREATEST_VERSION = 1_000_000;

/** Throws when the disk cannot tell, where `existsSync` would say no. */
function isFileThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isSpecialFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}

/** Creates the file if needed, and keeps it to this person alone. */
function makePrivate(path: string): void {
  try {
    if (existsSync(path)) chmodSync(path, 0o600);
  } catch {
    // Somebody else's file: whether it can be used all the same is seen next.
  }
  closeSync(openSync(path, 'a+', 0o600));
}

/**
 * Creates the file if there is none, and checks what SQLite would not, or not without writing.
 * @returns true when the file was not closed in the ordinary way.
 * @throws FutureSchemaError for a schema of a later version; its file, log and index are untouched.
 * @throws DamagedFileError for what is no file, or lost what it held; and what the file system throws.
 */
export function examine(path: string, { latestVersion, isInUse = false, hasLost }: Expectations): boolean {
  if (['', '-wal', '-shm'].some((side) => isSpecialFile(path + side))) {
    throw new DamagedFileError('not a file');
  }
  const hasLostFile = !isFileThere(path) && isFileThere(`${path}-wal`);
  makePrivate(path);
  const wal = readWalOf(path);
  const ownHeader = readHeader(path, HEADER_BYTES);
  if (hasLostFile || (ownHeader.length === 0 && (isInUse || wal.readable.size > 0))) {
    throw new DamagedFileError('empty');
  }
  const header = wal.committed.get(1) ?? ownHeader;
  if (header.length >= HEADER_BYTES && header.toString('latin1', 0, MAGIC.length) === MAGIC) {
    const version = header.readUInt32BE(USER_VERSION_AT);
    if (version > latestVersion && version < GREATEST_VERSION) throw new FutureSchemaError();
    if (version > latestVersion || header.readUInt8(WRITE_VERSION_AT) > NEWEST_WRITE_VERSION) {
      throw new DamagedFileError('header');
    }
  }
  if (hasLost && wal.followed.size > 0) {
    const isLost = hasLost(readImage(path, wal.committed), readImage(path, wal.followed));
    if (isLost) throw new DamagedFileError('log');
  }
  return wal.committed.size > 0;
}

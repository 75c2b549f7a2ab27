/** The pages of a database file, read without SQLite: for files that must not be touched, or cannot be opened. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode, isUnusable } from '../errors.ts';
import { isPageSize, NO_WAL, type Pages, readWal, type Wal } from './wal.ts';

/** The pages of a database, however damaged it is. */
export interface DatabaseImage {
  readonly pageBytes: number;
  /** Bytes of a page that hold content. */
  readonly usableBytes: number;
  /** Pages are numbered from 1 to this. */
  readonly pageCount: number;
  /** Undefined beyond the end of the file. */
  page(number: number): Buffer | undefined;
  /** Pages that may hold something that no other holds any more. */
  readonly doubtful: readonly Buffer[];
}

/** A database of which nothing is left. */
export const NO_PAGES: DatabaseImage = {
  pageBytes: 0,
  usableBytes: 0,
  pageCount: 0,
  page: () => undefined,
  doubtful: [],
};

/** Longest part of a file that is looked at; an outbox is a thousandth of it. */
const LONGEST_BYTES = 128 * 1024 * 1024;
const DEFAULT_PAGE_BYTES = 4_096;

function readStart(path: string, longest: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(longest, fstatSync(file).size));
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, length);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** The first bytes of a file, fewer if it is shorter. Throws what the file system throws. */
export function readHeader(path: string, length: number): Buffer {
  return readStart(path, length);
}

/** Nothing is read of a file that is not there; one that cannot be read throws. */
function readIfThere(path: string): Buffer {
  try {
    return readStart(path, LONGEST_BYTES);
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown;
    return Buffer.alloc(0);
  }
}

/** The log beside a database; without one, one that says nothing. Throws what the file system throws. */
export function readWalOf(path: string): Wal {
  return readWal(readIfThere(`${path}-wal`));
}

function readWalIfPossible(path: string): Wal {
  try {
    return readWalOf(path);
  } catch (thrown) {
    // What is no file has no pages; a disk that cannot be read now may be readable later.
    if (isUnusable(thrown)) return NO_WAL;
    throw thrown;
  }
}

/** A database's pages, those of its log in the place of older ones. Throws what the file system throws. */
export function readImage(path: string, logged: Pages, doubtful: readonly Buffer[] = []): DatabaseImage {
  const bytes = readIfThere(path);
  const stated = bytes.length >= 18 ? bytes.readUInt16BE(16) : 0;
  const pageBytes = isPageSize(stated) ? stated : DEFAULT_PAGE_BYTES;
  return {
    pageBytes,
    usableBytes: pageBytes,
    pageCount: Math.max(Math.ceil(bytes.length / pageBytes), ...logged.keys()),
    doubtful,
    page: (number) => {
      const newest = logged.get(number);
      if (newest) return newest;
      const start = (number - 1) * pageBytes;
      return number >= 1 && start < bytes.length ? bytes.subarray(start, start + pageBytes) : undefined;
    },
  };
}

/** Everything that a damaged database and its log may still hold. */
export function readRemains(path: string): DatabaseImage {
  const { readable, doubtful } = readWalIfPossible(path);
  return readImage(path, readable, doubtful);
}

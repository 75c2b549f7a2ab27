/** A write-ahead log read without SQLite, which would change the files by opening them. */

/** Pages by number, each the newest image that a log holds. */
export type Pages = ReadonlyMap<number, Buffer>;

/** What a log says. */
export interface Wal {
  /** What SQLite would read: up to the last whole transaction before the first damaged frame. */
  readonly committed: Pages;
  /** The same and what lies behind damaged frames, as far as each frame proves itself. */
  readonly readable: Pages;
  /** Images in damaged frames of this log that no later frame replaces; their numbers may be wrong. */
  readonly doubtful: readonly Buffer[];
  /**
   * The committed pages and, behind damaged frames, the readable ones of transactions that were followed
   * by another. A loss of power damages nothing before one of those that waited for the disk.
   */
  readonly followed: Pages;
}

/** A log that says nothing. */
export const NO_WAL: Wal = {
  committed: new Map(),
  readable: new Map(),
  followed: new Map(),
  doubtful: [],
};

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;
const DEFAULT_PAGE_BYTES = 4_096;

type Checksum = readonly [number, number];

/** SQLite's running checksum over whole pairs of 32-bit words. */
function checksum([s0, s1]: Checksum, bytes: Buffer, isBigEndian: boolean): Checksum {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let a = s0;
  let b = s1;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + words.getUint32(at, !isBigEndian) + b) >>> 0;
    b = (b + words.getUint32(at + 4, !isBigEndian) + a) >>> 0;
  }
  return [a, b];
}

function storedChecksum(bytes: Buffer, at: number): Checksum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function isSame([a0, a1]: Checksum, [b0, b1]: Checksum): boolean {
  return a0 === b0 && a1 === b1;
}

/** True for a size that SQLite's pages can have. */
export function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

/** Reads a log's bytes; an empty or foreign one has no pages. */
export function readWal(bytes: Buffer): Wal {
  const committed = new Map<number, Buffer>();
  const readable = new Map<number, Buffer>();
  const followed = new Map<number, Buffer>();
  const doubtful = new Map<number, Buffer>();
  if (bytes.length < HEADER_BYTES + FRAME_HEADER_BYTES) return NO_WAL;
  const magic = bytes.readUInt32BE(0);
  const isBigEndian = magic === MAGIC + 1;
  const statedPageBytes = bytes.readUInt32BE(8);
  const pageBytes = isPageSize(statedPageBytes) ? statedPageBytes : DEFAULT_PAGE_BYTES;
  const isHeaderGood =
    (magic === MAGIC || isBigEndian) &&
    isPageSize(statedPageBytes) &&
    isSame(checksum([0, 0], bytes.subarray(0, 24), isBigEndian), storedChecksum(bytes, 24));
  // Frames of an earlier use of the file carry other salts.
  const saltsAt = isHeaderGood ? 16 : HEADER_BYTES + 8;
  const salts = bytes.subarray(saltsAt, saltsAt + 8);

  let seed = storedChecksum(bytes, 24);
  let isIntact = isHeaderGood;
  let pending = new Map<number, Buffer>();
  let newest: Pages = new Map();
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    const head = bytes.subarray(at, at + FRAME_HEADER_BYTES);
    const page = bytes.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
    const sum = checksum(checksum(seed, head.subarray(0, 8), isBigEndian), page, isBigEndian);
    // Each frame stores the sum so far, so one behind a damaged frame can still be proven.
    seed = storedChecksum(head, 16);
    const number = head.readUInt32BE(0);
    const isOfThisUse = head.subarray(8, 16).equals(salts);
    if (!isOfThisUse || !isSame(sum, seed)) {
      isIntact = false;
      if (isOfThisUse) doubtful.set(number, page);
      continue;
    }
    for (const [changed, image] of newest) followed.set(changed, image);
    newest = NO_WAL.committed;
    pending.set(number, page);
    const isCommit = head.readUInt32BE(4) > 0;
    if (!isCommit) continue;
    for (const [changed, image] of pending) {
      readable.set(changed, image);
      doubtful.delete(changed);
      if (!isIntact) continue;
      committed.set(changed, image);
      followed.set(changed, image);
    }
    if (!isIntact) newest = pending;
    pending = new Map();
  }
  return { committed, readable, followed, doubtful: [...doubtful.values()] };
}

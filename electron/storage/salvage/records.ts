/** Rows found in the pages of a damaged database, with no help from its schema, indexes or tree. */
import type { DatabaseImage } from './image.ts';

/** What a column of a salvaged row can hold. */
export type SalvagedValue = string | number | null;

/** A row of some table, in the order of its columns. */
export interface SalvagedRow {
  readonly rowid: number;
  readonly values: readonly SalvagedValue[];
}

const TABLE_LEAF = 0x0d;
const MOST_COLUMNS = 20;
/** Longest row that is believed: a message of 2,000 four-byte characters, with much room. */
const LONGEST_ROW_BYTES = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A number of SQLite's variable length at `at`, and where it ends; null when it runs out of the page. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0n;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    if (index === 8) return { value: Number(BigInt.asIntN(64, (value << 8n) | BigInt(byte))), end: at + 9 };
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return { value: Number(value), end: at + index + 1 };
  }
  return null;
}

/** Bytes that a value of this serial type takes; null for types that no table of ours stores. */
function sizeOf(serialType: number): number | null {
  if (serialType <= 4) return serialType;
  if (serialType === 5) return 6;
  if (serialType === 6) return 8;
  if (serialType === 8 || serialType === 9) return 0;
  return serialType >= 13 && serialType % 2 === 1 ? (serialType - 13) / 2 : null;
}

/** Throws on text that is no UTF-8. */
function valueOf(serialType: number, bytes: Buffer): SalvagedValue {
  if (serialType === 0) return null;
  if (serialType === 8 || serialType === 9) return serialType - 8;
  if (serialType >= 13) return utf8.decode(bytes);
  return Number(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`)));
}

/** The serial types of a record's header at `at`; null when there is none. */
function typesAt(page: Buffer, at: number): { readonly types: number[]; readonly bytes: number } | null {
  const length = varint(page, at);
  if (!length || length.value < 2 || at + length.value > page.length) return null;
  const types: number[] = [];
  let next = length.end;
  while (next < at + length.value) {
    const type = varint(page, next);
    if (!type || type.value < 0 || types.length === MOST_COLUMNS) return null;
    types.push(type.value);
    next = type.end;
  }
  return next === at + length.value ? { types, bytes: length.value } : null;
}

/** A record's bytes from `at` on, gathered over its overflow pages; null when a page of it is missing. */
function gather(image: DatabaseImage, page: Buffer, at: number, length: number): Buffer | null {
  const { usableBytes } = image;
  const mostLocal = usableBytes - 35;
  if (length <= mostLocal) return at + length <= page.length ? page.subarray(at, at + length) : null;
  const leastLocal = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const fitting = leastLocal + ((length - leastLocal) % (usableBytes - 4));
  const local = fitting <= mostLocal ? fitting : leastLocal;
  if (at + local + 4 > page.length) return null;
  const parts = [page.subarray(at, at + local)];
  let missing = length - local;
  let next = page.readUInt32BE(at + local);
  while (missing > 0) {
    const overflow = image.page(next);
    const share = Math.min(missing, usableBytes - 4);
    if (!overflow || overflow.length < 4 + share) return null;
    parts.push(overflow.subarray(4, 4 + share));
    missing -= share;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** The record whose header begins at `at`; null when there is none or it cannot be read whole. */
function recordAt(image: DatabaseImage, page: Buffer, at: number): SalvagedValue[] | null {
  const header = typesAt(page, at);
  if (!header) return null;
  let length = header.bytes;
  for (const type of header.types) {
    const size = sizeOf(type);
    if (size === null) return null;
    length += size;
  }
  if (length > LONGEST_ROW_BYTES) return null;
  const record = gather(image, page, at, length);
  if (!record) return null;
  try {
    let next = header.bytes;
    return header.types.map((type) => {
      const start = next;
      next += sizeOf(type) ?? 0;
      return valueOf(type, record.subarray(start, next));
    });
  } catch {
    return null;
  }
}

/** The row of a table leaf's cell at `at`. */
function cellAt(image: DatabaseImage, page: Buffer, at: number): SalvagedRow | null {
  const payload = varint(page, at);
  const rowid = payload && varint(page, payload.end);
  const values = rowid && recordAt(image, page, rowid.end);
  return values ? { rowid: rowid.value, values } : null;
}

/** The rows that a sound table leaf lists; null for every other page. */
function listedRows(image: DatabaseImage, page: Buffer, headerAt: number): SalvagedRow[] | null {
  if (page[headerAt] !== TABLE_LEAF || page.length < image.pageBytes) return null;
  const count = page.readUInt16BE(headerAt + 3);
  const rows: SalvagedRow[] = [];
  for (let index = 0; index < count; index += 1) {
    const pointerAt = headerAt + 8 + 2 * index;
    if (pointerAt + 2 > page.length) return null;
    const row = cellAt(image, page, page.readUInt16BE(pointerAt));
    if (!row) return null;
    rows.push(row);
  }
  return rows;
}

/** Every row that begins anywhere in a page whose own list cannot be trusted. */
function scatteredRows(image: DatabaseImage, page: Buffer): SalvagedRow[] {
  const rows: SalvagedRow[] = [];
  for (let at = 0; at < page.length - 4; at += 1) {
    const row = cellAt(image, page, at);
    if (row) rows.push(row);
  }
  return rows;
}

/**
 * All rows of all tables that can still be read, those of doubtful pages last. What a damaged page seems to hold may be no row at
 * all: the caller keeps what has the form of its own.
 */
export function* salvageRows(image: DatabaseImage): Generator<SalvagedRow> {
  for (let number = 1; number <= image.pageCount; number += 1) {
    const page = image.page(number);
    if (!page) continue;
    yield* listedRows(image, page, number === 1 ? 100 : 0) ?? scatteredRows(image, page);
  }
  for (const page of image.doubtful) yield* scatteredRows(image, page);
}

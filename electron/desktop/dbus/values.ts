/** Values as D-Bus writes them: bytes by signature, in both directions. */

/** A value together with its type, for places that take any. */
export interface Variant {
  readonly signature: string;
  readonly value: BusValue;
}

/** Structs and dictionary entries are arrays of their parts, dictionaries arrays of entries, 64-bit numbers bigints. */
export type BusValue = number | bigint | boolean | string | Variant | readonly BusValue[];

/** The sender broke the protocol, or the caller gave a value that does not fit its signature. */
export class BusFormatError extends Error {}

/** Alignment in bytes of each basic type, and of containers by their first letter. */
const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  s: 4,
  o: 4,
  a: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};

/** The protocol's own limit for containers in containers. */
const DEEPEST = 64;

function alignmentOf(type: string): number {
  const alignment = ALIGNMENT[type.charAt(0)];
  if (alignment === undefined) throw new BusFormatError(`There is no type "${type}".`);
  return alignment;
}

/** Splits a signature into its complete types: "a{sv}us" gives "a{sv}", "u", "s". */
export function splitSignature(signature: string): readonly string[] {
  const types: string[] = [];
  let at = 0;
  while (at < signature.length) {
    const end = endOfType(signature, at, 0);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number, depth: number): number {
  const letter = signature.charAt(at);
  if (depth > DEEPEST) throw new BusFormatError('The signature is too deep.');
  if (letter === 'a') return endOfType(signature, at + 1, depth + 1);
  const closing = letter === '(' ? ')' : letter === '{' ? '}' : null;
  if (closing === null) {
    alignmentOf(letter);
    return at + 1;
  }
  // Without parts it would take no room, and an array of such no end.
  if (signature.charAt(at + 1) === closing) throw new BusFormatError('A struct needs parts.');
  let end = at + 1;
  while (signature.charAt(end) !== closing) {
    if (end >= signature.length) throw new BusFormatError(`The signature "${signature}" does not end.`);
    end = endOfType(signature, end, depth + 1);
  }
  return end + 1;
}

/** Writes values one after the other, little-endian, from offset 0. */
class Writer {
  readonly #parts: Buffer[] = [];
  #length = 0;

  bytes(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }

  write(type: string, value: BusValue): void {
    this.#align(alignmentOf(type));
    switch (type.charAt(0)) {
      case 'y':
        return this.#number(1, (buffer) => buffer.writeUInt8(numberIn(value)));
      case 'n':
        return this.#number(2, (buffer) => buffer.writeInt16LE(numberIn(value)));
      case 'q':
        return this.#number(2, (buffer) => buffer.writeUInt16LE(numberIn(value)));
      case 'i':
        return this.#number(4, (buffer) => buffer.writeInt32LE(numberIn(value)));
      case 'u':
        return this.#number(4, (buffer) => buffer.writeUInt32LE(numberIn(value)));
      case 'b':
        return this.#number(4, (buffer) => buffer.writeUInt32LE(value === true ? 1 : 0));
      case 'x':
        return this.#number(8, (buffer) => buffer.writeBigInt64LE(BigInt(numberOrBigint(value))));
      case 't':
        return this.#number(8, (buffer) => buffer.writeBigUInt64LE(BigInt(numberOrBigint(value))));
      case 'd':
        return this.#number(8, (buffer) => buffer.writeDoubleLE(numberIn(value)));
      case 's':
      case 'o':
        return this.#text(textIn(value), 4);
      case 'g':
        return this.#text(textIn(value), 1);
      case 'v':
        return this.#variant(value);
      case 'a':
        return this.#array(type.slice(1), listIn(value));
      default:
        return this.#struct(type.slice(1, -1), listIn(value));
    }
  }

  #push(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  #align(to: number): void {
    const missing = (to - (this.#length % to)) % to;
    if (missing > 0) this.#push(Buffer.alloc(missing));
  }

  #number(size: number, put: (buffer: Buffer) => void): void {
    const buffer = Buffer.alloc(size);
    put(buffer);
    this.#push(buffer);
  }

  #text(text: string, lengthSize: 1 | 4): void {
    // A NUL would end the text early for every reader written in C.
    const bytes = Buffer.from(text.replaceAll('\0', ''), 'utf8');
    this.#number(lengthSize, (buffer) => buffer.writeUIntLE(bytes.length, 0, lengthSize));
    this.#push(bytes);
    this.#push(Buffer.alloc(1));
  }

  #variant(value: BusValue): void {
    if (!isVariant(value)) throw new BusFormatError('A variant needs a signature and a value.');
    this.write('g', value.signature);
    this.write(value.signature, value.value);
  }

  #array(type: string, items: readonly BusValue[]): void {
    const length = Buffer.alloc(4);
    this.#push(length);
    this.#align(alignmentOf(type));
    const begin = this.#length;
    for (const item of items) this.write(type, item);
    length.writeUInt32LE(this.#length - begin);
  }

  #struct(signature: string, parts: readonly BusValue[]): void {
    const types = splitSignature(signature);
    if (types.length !== parts.length)
      throw new BusFormatError(`"${signature}" has another number of parts.`);
    for (const [index, type] of types.entries()) this.write(type, parts[index] ?? '');
  }
}

/** Tells lists, structs and dictionaries from all else. */
export function isList(value: BusValue | undefined): value is readonly BusValue[] {
  return Array.isArray(value);
}

function isVariant(value: BusValue): value is Variant {
  return typeof value === 'object' && !isList(value);
}

function numberIn(value: BusValue): number {
  if (typeof value !== 'number') throw new BusFormatError('A number was expected.');
  return value;
}

function numberOrBigint(value: BusValue): number | bigint {
  return typeof value === 'bigint' ? value : numberIn(value);
}

function textIn(value: BusValue): string {
  if (typeof value !== 'string') throw new BusFormatError('A text was expected.');
  return value;
}

function listIn(value: BusValue): readonly BusValue[] {
  if (!isList(value)) throw new BusFormatError('A list was expected.');
  return value;
}

/** Reads values one after the other, from offset 0. */
class Reader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #at = 0;

  constructor(bytes: Buffer, isLittle: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = isLittle;
  }

  read(type: string, depth = 0): BusValue {
    if (depth > DEEPEST) throw new BusFormatError('The value is too deep.');
    this.#align(alignmentOf(type));
    const little = this.#isLittle;
    switch (type.charAt(0)) {
      case 'y':
        return this.#view.getUint8(this.#take(1));
      case 'n':
        return this.#view.getInt16(this.#take(2), little);
      case 'q':
        return this.#view.getUint16(this.#take(2), little);
      case 'i':
        return this.#view.getInt32(this.#take(4), little);
      case 'u':
        return this.#length();
      case 'b':
        return this.#length() !== 0;
      case 'x':
        return this.#view.getBigInt64(this.#take(8), little);
      case 't':
        return this.#view.getBigUint64(this.#take(8), little);
      case 'd':
        return this.#view.getFloat64(this.#take(8), little);
      case 's':
      case 'o':
        return this.#text(this.#length());
      case 'g':
        return this.#text(this.#view.getUint8(this.#take(1)));
      case 'v':
        return this.#variant(depth);
      case 'a':
        return this.#array(type.slice(1), depth);
      default:
        return splitSignature(type.slice(1, -1)).map((part) => this.read(part, depth + 1));
    }
  }

  /** Moves on by `size` bytes and gives where they begin. */
  #take(size: number): number {
    const begin = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new BusFormatError('The message is too short.');
    return begin;
  }

  #align(to: number): void {
    this.#take((to - (this.#at % to)) % to);
  }

  #length(): number {
    return this.#view.getUint32(this.#take(4), this.#isLittle);
  }

  #text(length: number): string {
    const begin = this.#take(length + 1);
    return this.#bytes.toString('utf8', begin, begin + length);
  }

  #variant(depth: number): Variant {
    const signature = this.#text(this.#view.getUint8(this.#take(1)));
    if (splitSignature(signature).length !== 1) throw new BusFormatError('A variant holds one value.');
    return { signature, value: this.read(signature, depth + 1) };
  }

  #array(type: string, depth: number): readonly BusValue[] {
    const length = this.#length();
    this.#align(alignmentOf(type));
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new BusFormatError('The array is longer than its message.');
    const items: BusValue[] = [];
    while (this.#at < end) items.push(this.read(type, depth + 1));
    return items;
  }
}

/** Values in bytes. @throws {BusFormatError} when they do not fit the signature */
export function encode(signature: string, values: readonly BusValue[]): Buffer {
  const writer = new Writer();
  const types = splitSignature(signature);
  if (types.length !== values.length)
    throw new BusFormatError(`"${signature}" has another number of values.`);
  for (const [index, type] of types.entries()) writer.write(type, values[index] ?? '');
  return writer.bytes();
}

/** Bytes as values. @throws {BusFormatError} when they are not what the signature says */
export function decode(signature: string, bytes: Buffer, isLittle: boolean): readonly BusValue[] {
  const reader = new Reader(bytes, isLittle);
  return splitSignature(signature).map((type) => reader.read(type));
}

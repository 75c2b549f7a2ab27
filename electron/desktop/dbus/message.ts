/** One D-Bus message: what it is about, and its body. */
import { BusFormatError, type BusValue, decode, encode, isList } from './values.ts';

/** The four kinds of messages, by their number on the wire. */
const KINDS = ['call', 'return', 'error', 'signal'] as const;

/** A message; which parts are there depends on its kind. */
export interface BusMessage {
  readonly kind: (typeof KINDS)[number];
  /** Set by the sender, unique for its connection. */
  readonly serial: number;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly errorName?: string | undefined;
  /** Serial of the call that this answers. */
  readonly replySerial?: number | undefined;
  readonly destination?: string | undefined;
  readonly sender?: string | undefined;
  readonly signature: string;
  readonly body: readonly BusValue[];
}

const LITTLE_ENDIAN = 0x6c;
const BIG_ENDIAN = 0x42;
const PROTOCOL_VERSION = 1;
const FIXED_HEADER = 16;
/** Far above anything that the app asks for; the protocol's own limit would fill the memory. */
const LONGEST = 16 * 1024 * 1024;

/** Number and type of each header field. */
const FIELDS = {
  path: [1, 'o'],
  interface: [2, 's'],
  member: [3, 's'],
  errorName: [4, 's'],
  replySerial: [5, 'u'],
  destination: [6, 's'],
  sender: [7, 's'],
  signature: [8, 'g'],
} as const satisfies Partial<Record<keyof BusMessage, readonly [number, string]>>;

/** Fields that hold a text. */
type TextField = Exclude<keyof typeof FIELDS, 'replySerial'>;

/** The message in bytes. @throws {BusFormatError} when the body does not fit its signature */
export function encodeMessage(message: BusMessage): Buffer {
  const body = encode(message.signature, message.body);
  const fields: BusValue[] = [];
  for (const [name, [code, type]] of Object.entries(FIELDS)) {
    const value = fieldOf(message, name);
    if (value !== undefined && value !== '') fields.push([code, { signature: type, value }]);
  }
  const kind = KINDS.indexOf(message.kind) + 1;
  const header = encode('yyyyuua(yv)', [
    LITTLE_ENDIAN,
    kind,
    0,
    PROTOCOL_VERSION,
    body.length,
    message.serial,
    fields,
  ]);
  return Buffer.concat([header, Buffer.alloc(paddedTo8(header.length) - header.length), body]);
}

function fieldOf(message: BusMessage, name: string): string | number | undefined {
  return isFieldName(name) ? message[name] : undefined;
}

function isFieldName(name: string): name is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, name);
}

function paddedTo8(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/**
 * Length in bytes of the message at the beginning of `bytes`, or null while too little of it is there.
 * @throws {BusFormatError} when this is no message, or one that is too long
 */
export function messageLength(bytes: Buffer): number | null {
  if (bytes.length < FIXED_HEADER) return null;
  const order = bytes.readUInt8(0);
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) throw new BusFormatError('This is no message.');
  const read = (at: number): number =>
    order === LITTLE_ENDIAN ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const length = paddedTo8(FIXED_HEADER + read(12)) + read(4);
  if (length > LONGEST) throw new BusFormatError('The message is too long.');
  return length;
}

/** Reads one whole message. @throws {BusFormatError} when it breaks the protocol */
export function decodeMessage(bytes: Buffer): BusMessage {
  const isLittle = bytes.readUInt8(0) === LITTLE_ENDIAN;
  const kind = KINDS[bytes.readUInt8(1) - 1];
  if (kind === undefined) throw new BusFormatError('This kind of message is unknown.');
  const [, , , , bodyLength, serial, list] = decode('yyyyuua(yv)', bytes, isLittle);
  if (typeof bodyLength !== 'number' || typeof serial !== 'number' || !isList(list)) {
    throw new BusFormatError('The header is broken.');
  }
  const values = new Map<BusValue | undefined, BusValue>();
  for (const field of list) {
    if (!isList(field)) continue;
    const [code, variant] = field;
    if (typeof variant === 'object' && !isList(variant)) values.set(code, variant.value);
  }
  const text = (name: TextField): string | undefined => {
    const value = values.get(FIELDS[name][0]);
    return typeof value === 'string' ? value : undefined;
  };
  const signature = text('signature') ?? '';
  const replySerial = values.get(FIELDS.replySerial[0]);
  return {
    kind,
    serial,
    path: text('path'),
    interface: text('interface'),
    member: text('member'),
    errorName: text('errorName'),
    replySerial: typeof replySerial === 'number' ? replySerial : undefined,
    destination: text('destination'),
    sender: text('sender'),
    signature,
    body: decode(signature, bytes.subarray(bytes.length - bodyLength), isLittle),
  };
}

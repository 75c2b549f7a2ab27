import type { OutboxView } from '../../../shared/views.ts';
import { rowDigest } from '../../../electron/storage/row-digest.ts';

/** A number as SQLite stores it in a column: the shortest of 1, 2 and 3 bytes. */
function integer(value: number): { readonly type: number; readonly bytes: Buffer } {
  const size = value < 128 ? 1 : value < 32_768 ? 2 : 3;
  const bytes = Buffer.alloc(size);
  bytes.writeIntBE(value, 0, size);
  return { type: size, bytes };
}

/** SQLite's variable-length number, up to two bytes of it. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [0x80 | (value >> 7), value & 0x7f];
}

/**
 * The bytes of a waiting message's row in a page, made by the file format's description: where they
 * are, the row can be read. A text that goes over several pages is never found by them.
 */
export function outboxRowBytes(row: OutboxView): Buffer {
  const peer = integer(row.peerId);
  const texts = [row.clientMessageId, row.content, row.queuedAt, row.state, rowDigest(row)].map((text) =>
    Buffer.from(text),
  );
  const [id, content, queuedAt, state, digest] = texts.map((bytes) => ({
    types: varint(13 + 2 * bytes.length),
    bytes,
  }));
  if (!id || !content || !queuedAt || !state || !digest) throw new Error('A row has five texts.');
  const reasons = row.reason === null ? { types: [0, 0], bytes: [] } : reasonOf(row.reason);
  const types = [
    0,
    ...id.types,
    peer.type,
    ...content.types,
    ...queuedAt.types,
    ...state.types,
    ...reasons.types,
    ...digest.types,
  ];
  return Buffer.concat([
    Buffer.from([types.length + 1, ...types]),
    id.bytes,
    peer.bytes,
    content.bytes,
    queuedAt.bytes,
    state.bytes,
    ...reasons.bytes,
    digest.bytes,
  ]);
}

/** The reason's code, and the column of sentences, in which nothing is written any more. */
function reasonOf({ code }: { readonly code: string }) {
  const bytes = Buffer.from(code);
  return { types: [...varint(13 + 2 * bytes.length), 0], bytes: [bytes] };
}

/** A WebSocket of which every byte can be chosen, to send what no library would. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { EventLog } from './wait.ts';

/** Kinds of frame (RFC 6455, section 5.2). */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What may be wrong with a frame. */
export interface FrameFlaws {
  /** More frames of the same message follow. */
  readonly isUnfinished?: boolean;
  readonly isUnmasked?: boolean;
  /** The three bits that belong to extensions, 0 to 7. */
  readonly reserved?: number;
  /** A length that is not that of the payload. */
  readonly claimedLength?: number;
}

/** The bytes of a frame, masked as a client has to. */
export function encodeFrame(opcode: number, payload: Buffer, flaws: FrameFlaws = {}): Buffer {
  const { isUnfinished = false, isUnmasked = false, reserved = 0 } = flaws;
  const length = flaws.claimedLength ?? payload.length;
  const first = (isUnfinished ? 0 : 0x80) | (reserved << 4) | opcode;
  const masked = isUnmasked ? 0 : 0x80;
  let head: Buffer;
  if (length < 126) head = Buffer.from([first, masked | length]);
  else if (length < 65_536) {
    head = Buffer.from([first, masked | 126, 0, 0]);
    head.writeUInt16BE(length, 2);
  } else {
    head = Buffer.concat([Buffer.from([first, masked | 127]), Buffer.alloc(8)]);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (isUnmasked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  const body = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, body]);
}

/** An open connection. */
export class RawWebSocket {
  /** Texts that the server sent, and null when the connection is gone. */
  readonly received = new EventLog<string | null>();
  readonly #stream: Duplex;
  #unread = Buffer.alloc(0);
  #isClosed = false;

  private constructor(stream: Duplex, head: Buffer) {
    this.#stream = stream;
    stream.once('close', () => {
      this.#isClosed = true;
      this.received.add(null);
    });
    // A reset is one way for a server to hang up.
    stream.on('error', () => undefined);
    stream.on('end', () => stream.end());
    stream.on('data', (bytes: Buffer) => this.#read(bytes));
    if (head.length > 0) this.#read(head);
  }

  /** Opens a WebSocket at an `http:` address. @throws when the server refuses the upgrade */
  static async open(url: string): Promise<RawWebSocket> {
    return new Promise((resolve, reject) => {
      const handshake = request(url, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': randomBytes(16).toString('base64'),
        },
      });
      handshake.once('upgrade', (_response, stream, head) => resolve(new RawWebSocket(stream, head)));
      handshake.once('response', ({ statusCode }) => reject(new Error(`Refused with ${statusCode}.`)));
      handshake.once('error', reject);
      handshake.end();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes bytes as they are. */
  write(bytes: Buffer): void {
    if (!this.#isClosed) this.#stream.write(bytes);
  }

  sendText(text: string): void {
    this.write(encodeFrame(OPCODES.text, Buffer.from(text)));
  }

  /** Hangs up without a word. */
  destroy(): void {
    this.#stream.destroy();
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const [first = 0, second = 0] = this.#unread;
      // What the backend sends is never so long that its length would need eight bytes.
      const start = second === 126 ? 4 : 2;
      if (this.#unread.length < start) return;
      const length = second === 126 ? this.#unread.readUInt16BE(2) : second;
      if (this.#unread.length < start + length) return;
      const payload = this.#unread.subarray(start, start + length);
      if ((first & 0x0f) === OPCODES.text) this.received.add(payload.toString());
      if ((first & 0x0f) === OPCODES.close) this.#stream.end();
      this.#unread = this.#unread.subarray(start + length);
    }
  }
}

/**
 * A window manager for a virtual screen, which has none: it does what a person's does when a window is to be shown,
 * minimised or brought back, by the same messages (ICCCM 4.1.4, EWMH `_NET_ACTIVE_WINDOW` and `_NET_WM_STATE_HIDDEN`).
 */
import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { within } from './wait.ts';

/** Requests of the X protocol, by number. */
const CREATE_WINDOW = 1;
const CHANGE_WINDOW_ATTRIBUTES = 2;
const MAP_WINDOW = 8;
const UNMAP_WINDOW = 10;
const CONFIGURE_WINDOW = 12;
const INTERN_ATOM = 16;
const CHANGE_PROPERTY = 18;
const SET_INPUT_FOCUS = 42;
/** What the server sends, by number; an error is about a window that has just gone. */
const REPLY = 1;
const MAP_REQUEST = 20;
const CONFIGURE_REQUEST = 23;
const CLIENT_MESSAGE = 33;

const PACKET_BYTES = 32;
const SUBSTRUCTURE_EVENTS = 0x18_00_00;
const EVENT_MASK = 0x8_00;
/** Place and size, of all that a window may ask for. */
const GEOMETRY = 0xf;
const INPUT_ONLY = 2;
/** Types of properties. */
const ATOM = 4;
const WINDOW = 33;
const NORMAL = 1;
const ICONIC = 3;
const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';
const COOKIE_BYTES = 16;

/** A window manager at work. */
export interface WindowManager {
  close(): void;
}

/** Bytes of 32-bit numbers. */
function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

/** Bytes of 16-bit numbers. */
function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value & 0xff_ff, index * 2);
  return bytes;
}

function padded(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(-text.length & 3)]);
}

/** Cuts what comes into greeting and packets. */
class Incoming {
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
  }

  async #atLeast(length: number): Promise<void> {
    while (this.#bytes.length < length) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async #take(length: number): Promise<Buffer> {
    await this.#atLeast(length);
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** What the server says of itself. @throws when it lets nobody in */
  async greeting(): Promise<Buffer> {
    const head = await this.#take(8);
    if (head.readUInt8(0) !== 1) throw new Error('The screen refuses its window manager.');
    return this.#take(head.readUInt16LE(6) * 4);
  }

  /** The next reply or event. */
  async packet(): Promise<Buffer> {
    await this.#atLeast(PACKET_BYTES);
    const more = this.#bytes.readUInt8(0) === REPLY ? this.#bytes.readUInt32LE(4) * 4 : 0;
    return this.#take(PACKET_BYTES + more);
  }
}

/**
 * Starts a window manager on a screen of ours, before the programs that it shall manage. Where the screen is the
 * system's own, so is its manager.
 * @param env the screen's
 */
export async function startWindowManager(env: Readonly<Record<string, string>>): Promise<WindowManager> {
  if (env['DISPLAY'] === undefined) return { close: () => undefined };
  const socket = createConnection(`/tmp/.X11-unix/X${env['DISPLAY'].slice(1)}`);
  const incoming = new Incoming(socket);
  const send = (code: number, detail: number, ...parts: readonly Buffer[]): void => {
    const body = Buffer.concat(parts);
    socket.write(Buffer.concat([Buffer.from([code, detail]), halves(1 + body.length / 4), body]));
  };

  // The cookie is what the file of our own screens ends with.
  const cookie = readFileSync(env['XAUTHORITY'] ?? '').subarray(-COOKIE_BYTES);
  socket.write(
    Buffer.concat([
      Buffer.from('l\0'),
      halves(11, 0, COOKIE_NAME.length, COOKIE_BYTES, 0),
      padded(COOKIE_NAME),
      cookie,
    ]),
  );
  const greeting = await within('the screen to let its window manager in', incoming.greeting());
  const ownIds = greeting.readUInt32LE(4);
  const vendorBytes = (greeting.readUInt16LE(16) + 3) & ~3;
  const root = greeting.readUInt32LE(32 + vendorBytes + greeting.readUInt8(21) * 8);

  const atom = async (name: string): Promise<number> => {
    send(INTERN_ATOM, 0, halves(name.length, 0), padded(name));
    return (await incoming.packet()).readUInt32LE(8);
  };
  const check = ownIds + 1;
  const changeState = await atom('WM_CHANGE_STATE');
  const icccmState = await atom('WM_STATE');
  const ewmhState = await atom('_NET_WM_STATE');
  const hidden = await atom('_NET_WM_STATE_HIDDEN');
  const activeWindow = await atom('_NET_ACTIVE_WINDOW');
  const supported = await atom('_NET_SUPPORTED');
  const supportingCheck = await atom('_NET_SUPPORTING_WM_CHECK');

  const setProperty = (
    window: number,
    property: number,
    type: number,
    ...values: readonly number[]
  ): void => {
    const head = words(window, property, type, 32, values.length);
    send(CHANGE_PROPERTY, 0, head, words(...values));
  };
  const show = (window: number): void => {
    setProperty(window, icccmState, icccmState, NORMAL, 0);
    setProperty(window, ewmhState, ATOM);
    send(MAP_WINDOW, 0, words(window));
    send(SET_INPUT_FOCUS, 1, words(window, 0));
    setProperty(root, activeWindow, WINDOW, window);
  };
  const minimise = (window: number): void => {
    setProperty(window, icccmState, icccmState, ICONIC, 0);
    setProperty(window, ewmhState, ATOM, hidden);
    // The keyboard is nobody's before the window goes, as other managers have it.
    send(SET_INPUT_FOCUS, 1, words(check, 0));
    send(UNMAP_WINDOW, 0, words(window));
    setProperty(root, activeWindow, WINDOW, 0);
  };
  /** Gives a window the place and size that it asks for. */
  const configure = (request: Buffer): void => {
    const mask = request.readUInt16LE(26) & GEOMETRY;
    const values = [16, 18, 20, 22]
      .filter((_at, index) => (mask & (1 << index)) !== 0)
      .map((at) => request.readInt16LE(at));
    if (values.length === 0) return;
    const window = request.readUInt32LE(8);
    send(CONFIGURE_WINDOW, 0, words(window), halves(mask, 0), words(...values.map((value) => value >>> 0)));
  };

  send(CREATE_WINDOW, 0, words(check, root), halves(-1, -1, 1, 1, 0, INPUT_ONLY), words(0, 0));
  send(MAP_WINDOW, 0, words(check));
  setProperty(check, supportingCheck, WINDOW, check);
  setProperty(root, supportingCheck, WINDOW, check);
  setProperty(root, supported, ATOM, ewmhState, hidden, activeWindow, supportingCheck);
  send(CHANGE_WINDOW_ATTRIBUTES, 0, words(root, EVENT_MASK, SUBSTRUCTURE_EVENTS));

  async function manage(): Promise<void> {
    for (;;) {
      const packet = await incoming.packet();
      switch (packet.readUInt8(0) & 0x7f) {
        case MAP_REQUEST:
          show(packet.readUInt32LE(8));
          break;
        case CONFIGURE_REQUEST:
          configure(packet);
          break;
        case CLIENT_MESSAGE: {
          const [window, type, first] = [4, 8, 12].map((at) => packet.readUInt32LE(at));
          if (window === undefined) break;
          if (type === changeState && first === ICONIC) minimise(window);
          else if (type === activeWindow) show(window);
          break;
        }
      }
    }
  }
  // It ends with its screen, or with the test: a packet that never comes is waited for by nobody.
  socket.on('error', () => undefined);
  void manage();
  return { close: () => socket.destroy() };
}

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { encodeFrame, OPCODES } from '../../harness/raw-web-socket.ts';
import { anyJsonText, anyText, spoilBytes, type Ammunition } from './values.ts';

const EVENTS = [
  'typing',
  'typing',
  'conversation:focus',
  'conversation:focus',
  'auth',
  'message',
  'connect',
  'disconnect',
  'error',
  'newListener',
  '__proto__',
  'constructor',
];

/** A frame, and whether a WebSocket or the protocols above it may hang up because of it. */
export interface FuzzedFrame {
  readonly bytes: Buffer;
  readonly mayClose: boolean;
}

const text = (content: string) => encodeFrame(OPCODES.text, Buffer.from(content));

/** An event in the right place, with a payload of any kind. */
function anyEvent(random: SeededRandom, ammunition: Ammunition): string {
  const ack = random.pick(['', '', '1', '77', '9'.repeat(400)]);
  const name = JSON.stringify(random.below(6) === 0 ? anyText(random) : random.pick(EVENTS));
  const payload = anyJsonText(random, ammunition);
  return `42/messaging,${ack}[${name},${payload}]`;
}

/** What belongs to Socket.IO's own protocol, in the wrong state, place or shape. */
function anyPacket(random: SeededRandom, ammunition: Ammunition): string {
  const json = () => anyJsonText(random, ammunition);
  return random.pick<() => string>([
    () => `42/messaging,${anyText(random)}`,
    () => `42/messaging,[${json()}`,
    () => `43/messaging,${random.below(99)}${json()}`,
    () => `43/messaging,1e999[]`,
    () =>
      `45${random.pick(['1', '2', '99', '-1', 'x', ''])}-/messaging,["auth",{"_placeholder":true,"num":${random.below(5)}}]`,
    () => `46${random.below(3)}-/messaging,1[]`,
    () => `47/messaging,[]`,
    () => `4x${anyText(random)}`,
    () => '4',
  ])();
}

/** Packets after which Socket.IO hangs up: of Engine.IO, for namespaces that were not joined, too long. */
function anyClosing(random: SeededRandom, ammunition: Ammunition): Buffer {
  const payload = Buffer.from(anyJsonText(random, ammunition));
  const control = random.pick([OPCODES.close, OPCODES.ping, OPCODES.pong]);
  return random.pick<() => Buffer>([
    () => text(anyText(random)),
    () => text(random.pick(['0', '1', '5', '6', '0{}', '3probe', '9', ''])),
    () => text(`40${random.pick(['', '/', '/messaging,', '/other,'])}${payload.toString().slice(0, 200)}`),
    () => text('41/messaging,'),
    () => text(`42["typing",${payload.toString()}]`),
    () => text(`42/other,["typing",${payload.toString()}]`),
    () => text(`42/messaging,["typing","${'x'.repeat(20_000)}"]`),
    () =>
      encodeFrame(
        OPCODES.text,
        Buffer.concat([Buffer.from('42/messaging,["a","'), Buffer.from([0xff, 0xc0, 0x80])]),
      ),
    () => encodeFrame(random.below(16), payload, { reserved: random.below(8) }),
    () => encodeFrame(OPCODES.text, payload, { isUnmasked: true }),
    () => encodeFrame(OPCODES.text, payload, { isUnfinished: true }),
    () => encodeFrame(OPCODES.continuation, payload),
    () => encodeFrame(OPCODES.text, payload, { claimedLength: random.pick([1, 200, 70_000, 2 ** 40]) }),
    () => encodeFrame(control, payload.subarray(0, 100)),
    () => encodeFrame(control, payload),
    () => spoilBytes(random, text(anyEvent(random, ammunition))),
    () => Buffer.from(Array.from({ length: random.below(100) }, () => random.below(256))),
  ])();
}

/** The bytes of something like a frame. */
export function anyFrame(random: SeededRandom, ammunition: Ammunition): FuzzedFrame {
  const kind = random.below(20);
  if (kind < 11) {
    const event = anyEvent(random, ammunition);
    // Only the limit on the length of frames lets an event end the connection.
    return { bytes: text(event), mayClose: Buffer.byteLength(event) > 16 * 1_024 };
  }
  if (kind < 16) {
    const packet = anyPacket(random, ammunition);
    return { bytes: text(packet), mayClose: Buffer.byteLength(packet) > 16 * 1_024 };
  }
  if (kind < 18) {
    const noise = Buffer.from(Array.from({ length: random.below(50) }, () => random.below(256)));
    return { bytes: encodeFrame(OPCODES.binary, noise), mayClose: false };
  }
  return { bytes: anyClosing(random, ammunition), mayClose: true };
}

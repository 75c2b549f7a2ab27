/** The way to a bus: its address, the handshake, and messages in both directions. */
import { connect, type Socket } from 'node:net';
import { type BusMessage, decodeMessage, encodeMessage, messageLength } from './message.ts';

/** A message without its serial, which the link gives it. */
export type Outgoing = Omit<BusMessage, 'serial'>;

/** An open, authenticated connection to a bus; whoever opened it still has to say `Hello`. */
export interface BusLink {
  /** Sends a message and gives its serial. @throws {BusFormatError} when its body does not fit its signature */
  send(message: Outgoing): number;
  close(): void;
}

/** What the link tells. */
export interface LinkListener {
  readonly onMessage: (message: BusMessage) => void;
  /** Once, also after `close`. */
  readonly onClosed: () => void;
}

const HANDSHAKE_MS = 2_000;

/**
 * The first unix socket in a bus address such as `unix:path=/run/user/1000/bus,guid=…`.
 * @returns a path as `net.connect` takes it, or null when there is none.
 */
export function socketPath(address: string): string | null {
  for (const candidate of address.split(';')) {
    const [transport, rest = ''] = candidate.split(/:(.*)/s);
    if (transport !== 'unix') continue;
    for (const pair of rest.split(',')) {
      const [key, value = ''] = pair.split(/=(.*)/s);
      const name = unescape(value);
      if (name === null) continue;
      if (key === 'path') return name;
      if (key === 'abstract') return `\0${name}`;
    }
  }
  return null;
}

/** Undoes the `%2f` of bus addresses. */
function unescape(value: string): string | null {
  try {
    return value === '' ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Connects and authenticates as the user that this process runs as; null when that fails or takes 2 s. */
export async function openLink(address: string, listener: LinkListener): Promise<BusLink | null> {
  const path = socketPath(address);
  if (path === null) return null;
  const socket = connect(path);
  const rest = await authenticate(socket);
  if (rest === null) {
    socket.destroy();
    return null;
  }
  return startMessages(socket, rest, listener);
}

/** The SASL handshake; gives the bytes that came after it, or null. */
function authenticate(socket: Socket): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const settle = (rest: Buffer | null): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      resolve(rest);
    };
    const timer = setTimeout(() => settle(null), HANDSHAKE_MS);
    const onClose = (): void => settle(null);
    const onData = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      const end = received.indexOf('\r\n');
      if (end < 0) return;
      if (!received.toString('latin1', 0, end).startsWith('OK ')) return settle(null);
      socket.write('BEGIN\r\n');
      settle(received.subarray(end + 2));
    };
    // 'close' follows every error, and is what is listened to.
    socket.on('error', () => {});
    socket.on('data', onData).on('close', onClose);
    const user = Buffer.from(String(process.getuid?.() ?? 0), 'latin1').toString('hex');
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  });
}

function startMessages(socket: Socket, rest: Buffer, { onMessage, onClosed }: LinkListener): BusLink {
  let received: Buffer = Buffer.alloc(0);
  let serial = 0;
  const take = (bytes: Buffer): void => {
    received = Buffer.concat([received, bytes]);
    for (let message = next(); message !== null; message = next()) onMessage(message);
  };
  const next = (): BusMessage | null => {
    try {
      const length = messageLength(received);
      if (length === null || received.length < length) return null;
      const message = decodeMessage(received.subarray(0, length));
      received = received.subarray(length);
      return message;
    } catch {
      // After a broken message nobody knows where the next one begins.
      received = Buffer.alloc(0);
      socket.destroy();
      return null;
    }
  };
  socket.on('data', take);
  socket.once('close', onClosed);
  take(rest);
  // The bus must never keep a program alive that has nothing else to do.
  socket.unref();
  return {
    send: (message) => {
      serial += 1;
      socket.write(encodeMessage({ ...message, serial }));
      return serial;
    },
    close: () => socket.destroy(),
  };
}

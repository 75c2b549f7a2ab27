import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLink, type Link } from './link.ts';
import { waitFor } from './wait.ts';

/** One end of a connection, with what came to it. */
interface End {
  readonly socket: Socket;
  readonly pieces: string[];
}

function listenTo(socket: Socket): End {
  const pieces: string[] = [];
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text: string) => void pieces.push(text));
  return { socket, pieces };
}

const textOf = ({ pieces }: End): string => pieces.join('');

describe('the link', () => {
  const accepted: End[] = [];
  const server = createServer((socket) => void accepted.push(listenTo(socket)));
  let link: Link;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    link = await openLink(`http://127.0.0.1:${address.port}`, () => 0.5);
  });
  afterEach(async () => {
    await link.close();
    for (const { socket } of accepted.splice(0)) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  /** A connection of which both ends are known. */
  async function open(): Promise<{ readonly client: End; readonly host: End }> {
    const known = accepted.length;
    const client = listenTo(connect(Number(new URL(link.url).port), '127.0.0.1'));
    const host = await waitFor('the connection', () => accepted[known]);
    return { client, host };
  }

  it('carries bytes both ways, and the end', async () => {
    const { client, host } = await open();
    client.socket.write('up');
    host.socket.write('down');
    await waitFor('both', () => textOf(host) === 'up' && textOf(client) === 'down');
    client.socket.end();
    await waitFor('the end', () => link.connections() === 0 && host.socket.closed);
  });

  it('takes its time', async () => {
    const { client, host } = await open();
    link.setQuality({ latencyMs: 60, jitterMs: 40 });
    const sentAt = performance.now();
    client.socket.write('late');
    await waitFor('the bytes', () => textOf(host) === 'late');
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(79);
  });

  it('cuts into pieces, and lets through no more than fits', async () => {
    const { client, host } = await open();
    link.setQuality({ segmentBytes: 3, bytesPerSecond: 100 });
    const sentAt = performance.now();
    client.socket.write('0123456789');
    await waitFor('all', () => textOf(host) === '0123456789');
    expect(host.pieces.every((piece) => piece.length <= 3)).toBe(true);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(99);
  });

  it('stalls in one direction and lets it all through later, in order', async () => {
    const { client, host } = await open();
    link.stall('up');
    client.socket.write('one ');
    client.socket.write('two');
    host.socket.write('passes');
    await waitFor('the other direction', () => textOf(client) === 'passes');
    expect(textOf(host)).toBe('');
    link.flow();
    await waitFor('what stalled', () => textOf(host) === 'one two');
  });

  it('loses for ever what dead connections send, and tells nobody; new ones live after the healing', async () => {
    const old = await open();
    link.kill('up');
    old.client.socket.write('lost');
    old.host.socket.write('passes');
    await waitFor('the other direction', () => textOf(old.client) === 'passes');
    link.flow();
    old.client.socket.write('lost as well');
    old.client.socket.destroy();
    const young = await open();
    young.client.socket.write('heard');
    await waitFor('the new connection', () => textOf(young.host) === 'heard');
    expect(textOf(old.host)).toBe('');
    expect(old.host.socket.closed).toBe(false);
  });

  it('resets every connection at both ends', async () => {
    const { client, host } = await open();
    link.reset();
    await waitFor('both ends to close', () => client.socket.closed && host.socket.closed);
  });
});

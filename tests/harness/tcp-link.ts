/**
 * The wire between the app and a server, on the level of TCP: it can go dead under every open connection while
 * new ones pass, as when a computer wakes up behind a router that has forgotten it.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpLink {
  readonly url: string;
  /** Connections that ever asked for a WebSocket. */
  readonly upgrades: () => number;
  /** The most WebSockets that were open at the client's side at the same time. */
  readonly mostSocketsAtOnce: () => number;
  /** First lines of all HTTP requests, e.g. `GET /api/auth/me HTTP/1.1`, in order; WebSockets left out. */
  readonly requests: readonly string[];
  /** From now on nothing passes over the connections that are open, and nobody is told. */
  strand(): void;
  close(): Promise<void>;
}

const REQUEST_LINE = /^[A-Z]+ \/\S* HTTP\/1\.1(?=\r\n)/gm;

/** Whether a client's WebSocket frames, whole ones, end with the one that closes. */
function hasClosingFrame(frames: Buffer): boolean {
  for (let at = 0; at + 1 < frames.length;) {
    if ((frames.readUInt8(at) & 0x0f) === 8) return true;
    const short = frames.readUInt8(at + 1) & 0x7f;
    // Longer frames than 64 KiB do not occur here. Four bytes of mask stand before what is said.
    at += short === 126 ? 8 + frames.readUInt16BE(at + 2) : 6 + short;
  }
  return false;
}

/** Starts a link on a free loopback port to the server at `targetUrl`. */
export async function startTcpLink(targetUrl: string): Promise<TcpLink> {
  const target = new URL(targetUrl);
  const ends = new Set<Socket>();
  /** Client ends over which bytes pass. */
  const passing = new Set<Socket>();
  const webSockets = new Set<Socket>();
  const requests: string[] = [];
  let upgrades = 0;
  let mostAtOnce = 0;

  function inspect(client: Socket, text: string): void {
    if (/^upgrade: websocket/im.test(text)) {
      upgrades += 1;
      webSockets.add(client);
      mostAtOnce = Math.max(mostAtOnce, webSockets.size);
    } else if (!webSockets.has(client)) {
      requests.push(...(text.match(REQUEST_LINE) ?? []));
    }
  }

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    passing.add(client);
    for (const end of [client, upstream]) {
      ends.add(end);
      end.once('close', () => ends.delete(end));
    }
    client.on('data', (chunk: Buffer) => {
      // The client has let go, whether or not anyone hears it.
      if (webSockets.has(client) && hasClosingFrame(chunk)) webSockets.delete(client);
      inspect(client, chunk.toString('latin1'));
      if (passing.has(client)) upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (passing.has(client)) client.write(chunk);
    });
    // The client has gone; its end here closes a little later, when it may have come back already.
    client.once('end', () => webSockets.delete(client));
    client.once('close', () => {
      webSockets.delete(client);
      if (passing.delete(client)) upstream.destroy();
    });
    upstream.once('close', () => {
      if (passing.has(client)) client.destroy();
    });
    for (const end of [client, upstream]) end.on('error', () => end.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The link has no port.');

  return {
    url: `http://127.0.0.1:${address.port}`,
    upgrades: () => upgrades,
    mostSocketsAtOnce: () => mostAtOnce,
    requests,
    strand: () => passing.clear(),
    close: async () => {
      server.close();
      for (const end of ends) end.destroy();
      await once(server, 'close');
    },
  };
}

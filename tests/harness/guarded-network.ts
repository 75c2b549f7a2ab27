/**
 * A network from which only a proxy leads out, to a server that an authority of the house has certified: what companies
 * have, and clubs. Names end at the proxy; nobody else knows them.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { PROJECT_DIR } from './backend.ts';

const CERTIFICATES = path.join(PROJECT_DIR, 'tests/harness/certificates');
/** Name that the server's certificate is for. */
const GUARDED_HOST = 'inbox.test';
/** File with the certificate of the authority that nobody knows by default. */
export const AUTHORITY_FILE = path.join(CERTIFICATES, 'authority.pem');

/** The network. */
export interface GuardedNetwork {
  /** Address of the server, which only the proxy can reach. */
  readonly origin: string;
  /** Address of the proxy, such as `127.0.0.1:3128`. */
  readonly proxy: string;
  /** What the proxy was asked to lead to, in order. */
  readonly asked: readonly string[];
  /** Status of the proxy's answers: 200 opens the tunnel. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

/** Builds the network around the server at `targetUrl`, which it makes reachable over TLS. */
export async function openGuardedNetwork(targetUrl: string): Promise<GuardedNetwork> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let status = 200;

  function join(one: Socket, other: Socket): void {
    one.pipe(other).pipe(one);
    for (const socket of [one, other]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        one.destroy();
        other.destroy();
        sockets.delete(socket);
      });
    }
  }

  const front = createTlsServer(
    {
      key: readFileSync(path.join(CERTIFICATES, 'server-key.pem')),
      cert: readFileSync(path.join(CERTIFICATES, 'server.pem')),
    },
    (socket) => join(socket, connect(Number(new URL(targetUrl).port), '127.0.0.1')),
  );
  front.on('tlsClientError', () => undefined);
  const port = await listen(front);
  const proxy = createHttpServer((_request, response) => void response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    if (status !== 200 || request.url !== `${GUARDED_HOST}:${port}`) {
      client.end(`HTTP/1.1 ${status === 200 ? 502 : status} No\r\nconnection: close\r\n\r\n`);
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(client, connect(port, '127.0.0.1'));
  });
  const proxyPort = await listen(proxy);
  return {
    origin: `https://${GUARDED_HOST}:${port}`,
    proxy: `127.0.0.1:${proxyPort}`,
    asked,
    answerWith: (next) => {
      status = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await Promise.all(
        [front, proxy].map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))),
      );
    },
  };
}

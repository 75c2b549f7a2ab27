import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on loopback that nobody uses, for a server that has to keep the same one over restarts. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on loopback.');
  return address.port;
}

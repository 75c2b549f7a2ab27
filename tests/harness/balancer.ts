/** A TCP balancer: each connection goes to the next node that says that it is ready, or that takes it at all. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The connection, or null when nobody listens there. */
async function reach({ hostname, port }: URL): Promise<Socket | null> {
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return null;
  }
}

const CHECK_INTERVAL_MS = 250;

/** Whether a node says that it is ready. */
async function isReady(node: URL): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/readyz', node), {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(CHECK_INTERVAL_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Starts a balancer on a free loopback port before the nodes at these addresses. */
export async function startBalancer(nodes: readonly string[]): Promise<Balancer> {
  const targets = nodes.map((node) => new URL(node));
  const ends = new Set<Socket>();
  const ready = new Set(targets);
  let turn = 0;

  async function check(): Promise<void> {
    for (const target of targets) {
      if (await isReady(target)) ready.add(target);
      else ready.delete(target);
    }
  }
  const checking = setInterval(() => void check(), CHECK_INTERVAL_MS);

  function keep(end: Socket): void {
    ends.add(end);
    end.once('close', () => ends.delete(end));
    end.on('error', () => end.destroy());
  }

  async function forward(client: Socket): Promise<void> {
    turn += 1;
    const next = turn % targets.length;
    const inTurn = [...targets.slice(next), ...targets.slice(0, next)];
    const byReadiness = inTurn.toSorted((a, b) => Number(ready.has(b)) - Number(ready.has(a)));
    for (const target of byReadiness) {
      const upstream = await reach(target);
      if (!upstream) continue;
      keep(upstream);
      client.pipe(upstream).pipe(client);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      if (client.destroyed) upstream.destroy();
      return;
    }
    client.destroy();
  }

  const server = createServer((client) => {
    keep(client);
    void forward(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The balancer has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      clearInterval(checking);
      server.close();
      for (const end of ends) end.destroy();
      await once(server, 'close');
    },
  };
}

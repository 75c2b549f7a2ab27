/** The backend as a platform runs it: several nodes on one PostgreSQL and one Redis, behind a balancer. */
import { randomUUID } from 'node:crypto';
import { startBackendProcess, type BackendProcess, type BackendSettings } from './backend-process.ts';
import { startBalancer } from './balancer.ts';
import { freePort } from './free-port.ts';
import { createDatabase, startPostgres, type PostgresServer } from './postgres.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { waitFor } from './wait.ts';

/** One node, running or not. */
export interface ServiceNode {
  /** Its own address, past the balancer; stays the same over restarts. */
  readonly url: string;
  /** Number of the running process; undefined while there is none. */
  readonly pid: () => number | undefined;
  /** What it wrote to standard error so far, over all its starts. */
  readonly log: () => string;
  /** SIGTERM, and waits for the end; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Starts again, and waits until it is ready. Only after {@link stop} or {@link kill}. */
  start(): Promise<void>;
}

/** All of it, with the demo's people. */
export interface Service {
  /** The balancer's address: what clients use. */
  readonly url: string;
  readonly nodes: readonly ServiceNode[];
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  dispose(): Promise<void>;
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
  return answer.ok && (await answer.text()).includes('"redis":"ok"');
}

async function prepareNode(args: readonly string[], settings: BackendSettings): Promise<ServiceNode> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let earlierLog = '';
  let current: BackendProcess | null = null;

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const ended = current;
    current = null;
    if (!ended) return null;
    const code = await ended.end(signal);
    earlierLog += ended.log();
    return code;
  }

  return {
    url,
    pid: () => current?.pid,
    log: () => earlierLog + (current?.log() ?? ''),
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    start: async () => {
      current = await startBackendProcess({ args: [...args, '--port', String(port)], settings });
      await waitFor(`the node at ${url} to be ready`, () => isReady(url));
    },
  };
}

/** Starts everything. PostgreSQL keeps what it has committed also when it is killed. */
export async function startService(nodeCount: number, settings: BackendSettings = {}): Promise<Service> {
  const ends: (() => Promise<unknown>)[] = [];
  const dispose = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const postgres = await startPostgres('full');
    ends.push(() => postgres.dispose());
    const redis = await startRedis();
    ends.push(() => redis.kill());
    const database = await createDatabase(postgres.address);
    const nodes: ServiceNode[] = [];
    const secret = { AUTH_SECRET: randomUUID() + randomUUID() };
    for (let index = 0; index < nodeCount; index += 1) {
      const node = await prepareNode(['--demo', '--database', database, '--redis', redis.url], {
        ...secret,
        ...settings,
      });
      ends.push(() => node.kill());
      await node.start();
      nodes.push(node);
    }
    const balancer = await startBalancer(nodes.map(({ url }) => url));
    ends.push(() => balancer.close());
    return { url: balancer.url, nodes, postgres, redis, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

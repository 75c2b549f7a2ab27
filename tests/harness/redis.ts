/** A real Redis on loopback, with nothing but its memory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { freePort } from './free-port.ts';
import { waitFor, within } from './wait.ts';

const STOP_MS = 5_000;

/** A running server, or one that was ended and can be started again. */
export interface RedisServer {
  /** For example `redis://127.0.0.1:41234`; stays the same over restarts. */
  readonly url: string;
  /** Ends it at once; what it knew is gone. */
  kill(): Promise<void>;
  /** Starts again on the same port, unless it runs. */
  start(): Promise<void>;
  /** Stops the process where it stands: connections stay open, and nothing is answered. */
  hang(): void;
  /** Lets it go on after {@link hang}. */
  goOn(): void;
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const answer: unknown = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}

/** Starts a server on a free port; it ends at the latest with this process. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | null = null;
  const endWithThis = () => child?.kill('SIGKILL');
  process.once('exit', endWithThis);

  async function start(): Promise<void> {
    if (child) return;
    const settings = { port: String(port), bind: '127.0.0.1', save: '', appendonly: 'no', dir: tmpdir() };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    child = spawn('redis-server', args, { stdio: 'ignore' });
    const failed = once(child, 'exit').then(() => {
      throw new Error('Redis did not start.');
    });
    await Promise.race([waitFor('Redis to answer', () => answersPing(port)), failed]);
    failed.catch(() => {});
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = null;
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const exited = once(ended, 'exit');
    ended.kill('SIGKILL');
    await within('Redis to end', exited, STOP_MS);
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    hang: () => child?.kill('SIGSTOP'),
    goOn: () => child?.kill('SIGCONT'),
  };
}

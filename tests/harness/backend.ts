/** The messaging backend as a process of its own, as an operator would run it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from '../../shared/schema.ts';
import { within } from './wait.ts';

/** Root folder of the project. */
export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

const START_MS = 20_000;
const STOP_MS = 6_000;

const listeningLine = z.object({ event: z.literal('listening'), url: z.url() });

/** Settings of the backend by the name of their environment variable. */
export type BackendSettings = Readonly<Record<string, string>>;

/** A running (or killed, and then started again) backend with demo data in a file of its own. */
export interface Backend {
  /** For example `http://127.0.0.1:41234`; stays the same over restarts. */
  readonly url: string;
  /** Absolute path of the SQLite file. */
  readonly database: string;
  /** Number of the running process; undefined while there is none. */
  readonly pid: () => number | undefined;
  /** What the process wrote to standard error so far, over all its starts. */
  readonly log: () => string;
  /** SIGTERM, and waits for the end; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Starts again on the same port and database. Only after {@link stop} or {@link kill}. */
  start(): Promise<void>;
  /** Ends the process, if it runs, and deletes its database. */
  dispose(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on loopback.');
  return address.port;
}

async function readListeningUrl(child: ChildProcess, log: () => string): Promise<string> {
  if (child.stdout === null) throw new Error('The backend has no standard output.');
  const lines = createInterface({ input: child.stdout });
  const line = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The backend ended with code ${code}:\n${log()}`)));
  });
  return listeningLine.parse(JSON.parse(await within('the backend to listen', line, START_MS))).url;
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await within(`the backend to end after ${signal}`, exited, STOP_MS);
  }
  return child.exitCode;
}

/**
 * Starts `backend/main.ts --demo` on a free loopback port with a fresh database.
 * The port is chosen before the start so that a restart can have the same one.
 */
export async function startBackend(settings: BackendSettings = {}): Promise<Backend> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-backend-'));
  const database = path.join(folder, 'backend.db');
  const port = await freePort();
  let errorOutput = '';
  const log = () => errorOutput;
  let child: ChildProcess | null = null;
  const endWithTests = () => child?.kill('SIGKILL');
  process.once('exit', endWithTests);

  const start = async (): Promise<string> => {
    child = spawn(
      process.execPath,
      ['backend/main.ts', '--demo', '--port', String(port), '--database', database],
      {
        cwd: PROJECT_DIR,
        env: { PATH: process.env['PATH'], HOME: folder, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorOutput += text;
    });
    return readListeningUrl(child, log);
  };
  const endCurrent = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    const code = child === null ? null : await end(child, signal);
    child = null;
    return code;
  };

  return {
    url: await start(),
    database,
    pid: () => child?.pid,
    log,
    stop: () => endCurrent('SIGTERM'),
    kill: async () => {
      await endCurrent('SIGKILL');
    },
    start: async () => {
      await start();
    },
    dispose: async () => {
      await endCurrent('SIGKILL');
      process.off('exit', endWithTests);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

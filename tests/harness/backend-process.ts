/** One run of `backend/main.ts` as a process of its own, as an operator would start it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from '../../shared/schema.ts';
import { within } from './wait.ts';

/** Root folder of the project. */
export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

/** Far more than a start takes: many tests start many of them at once. */
const START_MS = 60_000;
const STOP_MS = 6_000;

const listeningLine = z.object({ event: z.literal('listening'), url: z.url() });

/** Settings of the backend by the name of their environment variable. */
export type BackendSettings = Readonly<Record<string, string>>;

/** A backend that has said that it listens. */
export interface BackendProcess {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly pid: number;
  /** What it wrote to standard error so far. */
  readonly log: () => string;
  /** Sends the signal, unless the process has ended, and waits for the end. @returns its exit code */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** What a start may choose. */
export interface BackendStart {
  /** Flags of `backend/main.ts`. */
  readonly args: readonly string[];
  /** Its whole environment, but for PATH. */
  readonly settings: BackendSettings;
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

/** Starts the program and waits until it listens; it ends at the latest with this process. */
export async function startBackendProcess({ args, settings }: BackendStart): Promise<BackendProcess> {
  const child = spawn(process.execPath, ['backend/main.ts', ...args], {
    cwd: PROJECT_DIR,
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithThis = () => child.kill('SIGKILL');
  process.once('exit', endWithThis);
  child.once('exit', () => process.off('exit', endWithThis));
  let errorOutput = '';
  const log = () => errorOutput;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorOutput += text;
  });
  const url = await readListeningUrl(child, log).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid ?? Number.NaN,
    log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill(signal);
        await within(`the backend to end after ${signal}`, exited, STOP_MS);
      }
      return child.exitCode;
    },
  };
}

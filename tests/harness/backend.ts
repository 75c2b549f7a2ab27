/** The messaging backend as a process of its own, as an operator would run it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBackendProcess, type BackendProcess, type BackendSettings } from './backend-process.ts';
import { freePort } from './free-port.ts';

export { PROJECT_DIR, type BackendSettings } from './backend-process.ts';

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

/**
 * Starts `backend/main.ts --demo` on a free loopback port with a fresh database.
 * The port is chosen before the start so that a restart can have the same one.
 */
export async function startBackend(settings: BackendSettings = {}): Promise<Backend> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-backend-'));
  const database = path.join(folder, 'backend.db');
  const port = await freePort();
  let earlierLog = '';
  let current: BackendProcess | null = null;

  const start = async (): Promise<string> => {
    current = await startBackendProcess({
      args: ['--demo', '--port', String(port), '--database', database],
      settings: { HOME: folder, ...settings },
    });
    return current.url;
  };
  const endCurrent = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (current === null) return null;
    const ended = current;
    const code = await ended.end(signal);
    earlierLog += ended.log();
    current = null;
    return code;
  };

  return {
    url: await start(),
    database,
    pid: () => current?.pid,
    log: () => earlierLog + (current?.log() ?? ''),
    stop: () => endCurrent('SIGTERM'),
    kill: async () => {
      await endCurrent('SIGKILL');
    },
    start: async () => {
      await start();
    },
    dispose: async () => {
      await endCurrent('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

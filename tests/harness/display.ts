/**
 * A screen of its own for each app under test. Two apps on one screen would take the focus from each
 * other, and read marks depend on focus.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { within } from './wait.ts';

/** A virtual X screen, or the system's own where there is no X. */
export interface Display {
  /** Environment for the processes that shall draw on it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts Xvfb on a free display number; on macOS and Windows the real screen is used. */
export async function openDisplay(): Promise<Display> {
  if (process.platform !== 'linux') return { env: {}, close: () => Promise.resolve() };
  const server = spawn(
    'Xvfb',
    ['-displayfd', '1', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const number = new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve);
    server.once('error', () => reject(new Error('Xvfb did not start: is the package xvfb installed?')));
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}.`)));
  });
  const display = `:${(await within('Xvfb to name its display', number)).trim()}`;
  return {
    env: { DISPLAY: display },
    close: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
    },
  };
}

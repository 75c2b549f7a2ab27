import { mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from '../../shared/schema.ts';
import { type Child, startChild } from './child.ts';

/** The embedded backend while it answers. */
export interface DemoBackend {
  /** Its origin, e.g. `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly child: Child;
}

/** Milliseconds after which a backend that has not said that it listens counts as broken. */
const START_TIMEOUT_MS = 20_000;

const listeningSchema = z.object({ event: z.literal('listening'), url: z.url() });

/**
 * Starts the embedded backend with its database in `folder`, on the port of last time if that is free:
 * requests and tokens of a session that is still open then stay good. The first process is forked before
 * this returns, because everything else at the start of the demo waits for it.
 * @returns null when it does not start on any port.
 */
export async function startBackend(entry: string, folder: string): Promise<DemoBackend | null> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const portFile = path.join(folder, 'port');
  const lastPort = readPort(portFile);
  const backend =
    (lastPort === null ? null : await launch(entry, folder, lastPort)) ?? (await launch(entry, folder, 0));
  if (backend !== null) await writeFile(portFile, new URL(backend.origin).port);
  return backend;
}

async function launch(entry: string, folder: string, port: number): Promise<DemoBackend | null> {
  const { promise: listening, resolve: resolveOrigin } = Promise.withResolvers<string | null>();
  const child = startChild({
    entry,
    args: ['--demo', '--port', String(port), '--database', path.join(folder, 'demo.db')],
    name: 'Trainer Inbox demo backend',
    codeCache: path.join(folder, 'code'),
    onLine: (line) => {
      const origin = parseListening(line);
      if (origin !== null) resolveOrigin(origin);
    },
  });
  const timer = setTimeout(() => resolveOrigin(null), START_TIMEOUT_MS);
  const origin = await Promise.race([listening, child.exited.then(() => null)]);
  clearTimeout(timer);
  if (origin !== null) return { origin, child };
  child.kill();
  await child.exited;
  return null;
}

function parseListening(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed = listeningSchema.safeParse(JSON.parse(line));
    return parsed.success ? new URL(parsed.data.url).origin : null;
  } catch {
    return null;
  }
}

function readPort(file: string): number | null {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

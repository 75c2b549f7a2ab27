import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UpdateError } from './problems.ts';
import type { InstallOutcome } from './updates.ts';

/** A downloaded package. */
export interface DebFile {
  /** Absolute. */
  readonly file: string;
  /** As the signed manifest has it: base64. */
  readonly sha512: string;
}

/**
 * Installs a package with dpkg; a person who is not root is asked by polkit. The app goes on meanwhile, however long
 * that takes: electron-updater would stand still.
 * @throws {UpdateError} `damaged` when the file is not the one that was verified after the download
 */
export async function installDeb({ file, sha512 }: DebFile): Promise<InstallOutcome> {
  if ((await hashOf(file)) !== sha512) {
    throw new UpdateError('damaged', 'The downloaded package was changed.');
  }
  const dpkg = ['dpkg', '--install', file] as const;
  const isInstalled = await run(process.getuid?.() === 0 ? dpkg : ['pkexec', ...dpkg]);
  if (isInstalled) return { isStarted: true };
  // apt, because it also installs what a new version depends on; the quotes are for folders with spaces.
  return { isStarted: false, command: `sudo apt install ${quoted(file)}`, folder: path.dirname(file) };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

/** True when the program ran and was content. */
function run([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

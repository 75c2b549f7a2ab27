import { link, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailure } from '../command-failure.ts';

/** Only the operator may read what everybody has written. */
export const PRIVATE_MODE = 0o600;

/** Name of a file that is being written beside `target`; no two processes use the same. */
export function unfinished(target: string): string {
  return `${target}.unfinished-${process.pid}`;
}

/** Waits until a file, or the names in a folder, are on the disk. */
export async function sync(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a finished file its name, all at once, and on the disk when this resolves.
 * @throws CommandFailure when there is a file of that name, which is left alone
 */
export async function publish(finished: string, target: string): Promise<void> {
  await sync(finished);
  try {
    // A link never replaces what is there, as a renaming would.
    await link(finished, target);
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? alreadyThere() : error;
  }
  await rm(finished);
  await sync(path.dirname(target));
}

/** The refusal to overwrite a file. */
export function alreadyThere(): CommandFailure {
  return new CommandFailure('There is already a file of this name, and a backup never overwrites one.');
}

import { constants, existsSync, statSync } from 'node:fs';
import { chmod, copyFile, link, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { CommandFailure } from '../command-failure.ts';
import type { ServerIdentity } from '../storage/meta.ts';
import { lockFile } from '../storage/sqlite-lock.ts';
import { alreadyThere, PRIVATE_MODE, publish, sync, unfinished } from './durable-files.ts';
import { beginNewEpoch } from './new-epoch.ts';

/** Of both signs of damage, those that are found first. */
const FINDINGS_MAX = 5;

/** Opens a file that is there. @throws CommandFailure */
function openExisting(file: string, what: string): SqliteDatabase.Database {
  try {
    return new SqliteDatabase(file, { fileMustExist: true });
  } catch {
    throw new CommandFailure(`${what} is not there, or cannot be opened.`);
  }
}

/** Looks at every page and every reference. @throws CommandFailure when anything is wrong */
function checkIntegrity(file: string): void {
  const connection = openExisting(file, 'The backup');
  try {
    const findings = connection.pragma(`integrity_check(${FINDINGS_MAX})`, { simple: true });
    const strays = connection.pragma('foreign_key_check');
    if (findings !== 'ok' || !Array.isArray(strays) || strays.length > 0) throw damaged();
  } catch (error) {
    throw error instanceof SqliteDatabase.SqliteError ? damaged() : error;
  } finally {
    connection.close();
  }
}

function damaged(): CommandFailure {
  return new CommandFailure('The backup is damaged: it does not pass the check of its integrity.');
}

async function removeWithCompanions(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal', '-lock']) await rm(file + suffix, { force: true });
}

/**
 * Copies a database into a new file, as it is at one moment, while others read and write it.
 * @throws CommandFailure
 */
export async function backUpSqlite(file: string, target: string): Promise<void> {
  if (existsSync(target)) throw alreadyThere();
  const copy = unfinished(target);
  const connection = openExisting(file, 'The database');
  try {
    // All pages in one step: between steps a writer could begin anew, and the copy with it, without end.
    await connection.backup(copy, { progress: () => Number.MAX_SAFE_INTEGER });
    checkIntegrity(copy);
    await chmod(copy, PRIVATE_MODE);
    await publish(copy, target);
  } finally {
    connection.close();
    await removeWithCompanions(copy);
  }
}

/** Takes what is not yet in the main file into it. A damaged file is left as it is, with its companions. */
function foldLog(file: string): void {
  try {
    const connection = new SqliteDatabase(file, { fileMustExist: true });
    try {
      connection.pragma('journal_mode = delete');
    } finally {
      connection.close();
    }
  } catch {
    // It is being replaced, perhaps because of this very damage.
  }
}

/** Moves what is in the way aside, and the new file into its place. Nobody may have either open. */
async function replace(file: string, by: string, aside: string): Promise<void> {
  if (existsSync(file)) {
    foldLog(file);
    if (existsSync(`${file}-wal`)) await rename(`${file}-wal`, `${aside}-wal`);
    await rm(`${file}-shm`, { force: true });
    await link(file, aside);
  }
  // At no moment is there no file of this name, which a server would take for a new database.
  await rename(by, file);
  await sync(path.dirname(path.resolve(file)));
}

/** What a restore has done. */
export interface Restored extends ServerIdentity {
  /** Where the data that was there before is now; null when there was none. */
  readonly keptAside: string | null;
}

/**
 * Puts a backup in the place of a database, which is kept beside it.
 * @throws CommandFailure when somebody works with the database, or when the backup is not usable
 */
export async function restoreSqlite(backup: string, file: string, stamp: string): Promise<Restored> {
  if (existsSync(`${backup}-wal`) && statSync(`${backup}-wal`).size > 0) {
    throw new CommandFailure('This is the file of a running service, not a backup: make one with “backup”.');
  }
  const unlock = lockFile(file, 'exclusive');
  if (!unlock) throw new CommandFailure('The database is in use: stop the service first.');
  const copy = unfinished(file);
  try {
    if (!existsSync(backup)) throw new CommandFailure('There is no such backup.');
    await copyFile(backup, copy, constants.COPYFILE_EXCL);
    await chmod(copy, PRIVATE_MODE);
    checkIntegrity(copy);
    const identity = await beginNewEpoch(copy);
    foldLog(copy);
    await sync(copy);
    const keptAside = existsSync(file) ? `${file}.before-${stamp}` : null;
    await replace(file, copy, keptAside ?? '');
    return { ...identity, keptAside };
  } finally {
    await removeWithCompanions(copy);
    unlock();
  }
}

/** Folders and files of the accounts on this computer; private to the person who uses it. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './errors.ts';

/** Which account a folder belongs to. */
export interface AccountKey {
  readonly serverId: string;
  readonly userId: number;
}

const QUARANTINED_KEPT = 2;
const SIDE_FILES = ['', '-wal', '-shm'] as const;
const DEMO_MARK = 'demo';
const VIEWED = 'viewed';

function accountsFolder(dataDir: string): string {
  return join(dataDir, 'accounts');
}

/** Folder of one account; does not create it. */
export function accountFolder(dataDir: string, { serverId, userId }: AccountKey): string {
  return join(accountsFolder(dataDir), serverId, String(userId));
}

/** Folder of an account that an admin looks at; does not create it. */
export function viewedAccountFolder(dataDir: string, key: AccountKey): string {
  return accountFolder(join(dataDir, VIEWED), key);
}

/** Deletes whatever was kept while an admin looked at accounts. */
export function removeViewedAccounts(dataDir: string): void {
  rmSync(join(dataDir, VIEWED), { recursive: true, force: true });
}

/** Path of the account's rebuildable copy of server truth. */
export function cachePath(folder: string): string {
  return join(folder, 'cache.db');
}

/** Path of the account's unacknowledged messages and read marks. */
export function outboxPath(folder: string): string {
  return join(folder, 'outbox.db');
}

/** Creates a folder, and those above it, that only this person can enter; a loss of power leaves them there. */
export function makePrivateFolder(folder: string): void {
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(dirname(folder));
}

/** Makes the entries of a folder durable: syncing a file says nothing about the folders that lead to it. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } catch (thrown) {
    // Windows does not sync folders; NTFS writes their entries to its journal before what follows them.
    if (errorCode(thrown) !== 'EPERM') throw thrown;
  } finally {
    closeSync(file);
  }
}

const PROBE_BYTES = 64 * 1_024;

/** Throws what the file system throws when there is no room for some messages more. */
export function checkRoom(folder: string): void {
  const path = join(folder, 'room');
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, Buffer.alloc(PROBE_BYTES));
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

/** Marks the account as the demo's, for {@link removeDemoAccounts}. */
export function markAsDemo(folder: string): void {
  writeFileSync(join(folder, DEMO_MARK), '', { mode: 0o600 });
}

/** Deletes the cache with its side files and whatever was quarantined, or the whole folder. */
export function removeAccount(folder: string, keep: 'outbox' | 'nothing'): void {
  if (keep === 'nothing') {
    rmSync(folder, { recursive: true, force: true });
    const server = dirname(folder);
    if (existsSync(server) && readdirSync(server).length === 0) rmSync(server, { recursive: true });
    return;
  }
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('cache.db')) rmSync(join(folder, name), { force: true, recursive: true });
  }
}

/** Deletes every account that was marked as the demo's. */
export function removeDemoAccounts(dataDir: string): void {
  for (const server of subfolders(accountsFolder(dataDir))) {
    for (const account of subfolders(server)) {
      if (existsSync(join(account, DEMO_MARK))) removeAccount(account, 'nothing');
    }
  }
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

/** True also for a link that leads nowhere. Throws when the disk cannot tell. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Moves a damaged database aside as `*.corrupt-<ms since 1970>`, keeping the two newest. */
export function quarantine(path: string, now: number): void {
  const prefix = `${basename(path)}.corrupt-`;
  for (const side of SIDE_FILES) {
    if (isThere(path + side)) renameSync(path + side, `${join(dirname(path), prefix)}${now}${side}`);
  }
  const stamps = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .toSorted((a, b) => b - a);
  for (const stamp of stamps.slice(QUARANTINED_KEPT)) {
    for (const side of SIDE_FILES) {
      // What stood in the place of a file may be a folder.
      rmSync(`${join(dirname(path), prefix)}${stamp}${side}`, { force: true, recursive: true });
    }
  }
}

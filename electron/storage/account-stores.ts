import { existsSync, statSync } from 'node:fs';
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../engine-api.ts';
import { cachePath, makePrivateFolder, outboxPath } from './account-files.ts';
import { cacheMigrations } from './cache-migrations/index.ts';
import { type DatabaseName, storageError } from './errors.ts';
import { type Opened, openStore, type Store } from './open.ts';
import { outboxMigrations } from './outbox-migrations/index.ts';
import { hasLostMessages, isOutboxUnaltered, restoreOutbox } from './salvage/outbox-rows.ts';

/** The two databases of one account. */
export interface AccountStores {
  readonly cache: Store;
  readonly outbox: Store;
  readonly repairs: Repairs;
}

/** What had to be put aside and replaced because it was damaged. */
export interface Repairs {
  readonly isCacheReplaced: boolean;
  /** Messages that could be carried over out of a damaged outbox; null if it was sound. */
  readonly restoredMessages: number | null;
}

/** What opening needs besides the folder. */
interface OpeningParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The database that SQLite called damaged while it was in use. */
  readonly suspected?: DatabaseName | null;
}

function hasContent(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

/** Opens the outbox alone in an account's existing folder. */
export function openOutboxStore(
  folder: string,
  { clock, log, suspected }: OpeningParts,
): Result<Opened, ClientError> {
  return openStore({
    path: outboxPath(folder),
    name: 'outbox',
    migrations: outboxMigrations,
    synchronous: 'FULL',
    clock,
    log,
    // The cache is made after the outbox, so then the outbox was something once.
    isInUse: hasContent(cachePath(folder)),
    isSuspected: suspected === 'outbox',
    restore: restoreOutbox,
    hasLost: hasLostMessages,
    isUnaltered: isOutboxUnaltered,
  });
}

/** Opens, and creates if needed, both databases in an account's folder. */
export function openAccountStores(
  folder: string,
  { clock, log, suspected = null }: OpeningParts,
): Result<AccountStores, ClientError> {
  try {
    makePrivateFolder(folder);
  } catch (thrown) {
    return fail(storageError(thrown));
  }
  const outbox = openOutboxStore(folder, { clock, log, suspected });
  if (!outbox.ok) return outbox;
  const cache = openStore({
    path: cachePath(folder),
    name: 'cache',
    migrations: cacheMigrations,
    synchronous: 'NORMAL',
    clock,
    log,
    isSuspected: suspected === 'cache',
  });
  if (!cache.ok) {
    outbox.value.store.close();
    return cache;
  }
  return ok({
    cache: cache.value.store,
    outbox: outbox.value.store,
    repairs: {
      isCacheReplaced: cache.value.wasCorrupt,
      restoredMessages: outbox.value.wasCorrupt ? outbox.value.restoredCount : null,
    },
  });
}

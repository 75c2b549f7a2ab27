import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../engine-api.ts';
import { cachePath, makePrivateFolder, outboxPath } from './account-files.ts';
import { cacheMigrations } from './cache-migrations/index.ts';
import { storageError } from './errors.ts';
import { type Opened, openStore, type Store } from './open.ts';
import { outboxMigrations } from './outbox-migrations/index.ts';

/** The two databases of one account. */
export interface AccountStores {
  readonly cache: Store;
  readonly outbox: Store;
  /** The outbox was damaged: its file is kept aside, and an empty one is in use. */
  readonly isOutboxLost: boolean;
}

/** Opens the outbox alone in an account's existing folder. */
export function openOutboxStore(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Result<Opened, ClientError> {
  return openStore({
    path: outboxPath(folder),
    name: 'outbox',
    migrations: outboxMigrations,
    synchronous: 'FULL',
    clock,
    log,
  });
}

/** Opens, and creates if needed, both databases in an account's folder. */
export function openAccountStores(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Result<AccountStores, ClientError> {
  try {
    makePrivateFolder(folder);
  } catch (thrown) {
    return fail(storageError(thrown));
  }
  const outbox = openOutboxStore(folder, { clock, log });
  if (!outbox.ok) return outbox;
  const cache = openStore({
    path: cachePath(folder),
    name: 'cache',
    migrations: cacheMigrations,
    synchronous: 'NORMAL',
    clock,
    log,
  });
  if (!cache.ok) {
    outbox.value.store.close();
    return cache;
  }
  return ok({
    cache: cache.value.store,
    outbox: outbox.value.store,
    isOutboxLost: outbox.value.wasCorrupt,
  });
}

import { existsSync } from 'node:fs';
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../engine-api.ts';
import { outboxPath } from '../storage/account-files.ts';
import { openOutboxStore } from '../storage/account-stores.ts';
import { storageError } from '../storage/errors.ts';
import { createOutbox } from './outbox.ts';

/** The unsent messages of an account that is not signed in. */
export interface KeptUnsent {
  readonly count: number;
  /** Messages carried over out of a damaged file just now; null if it was sound. */
  readonly restoredMessages: number | null;
}

/** Counts what is kept in the folder of an account; fails as {@link openOutboxStore} does. */
export function countUnsent(
  folder: string,
  parts: { readonly clock: Clock; readonly log: Log },
): Result<KeptUnsent, ClientError> {
  if (!existsSync(outboxPath(folder))) return ok({ count: 0, restoredMessages: null });
  const opened = openOutboxStore(folder, parts);
  if (!opened.ok) return opened;
  const { store, wasCorrupt, restoredCount } = opened.value;
  try {
    return ok({ count: createOutbox(store).count(), restoredMessages: wasCorrupt ? restoredCount : null });
  } catch (thrown) {
    return fail(storageError(thrown));
  } finally {
    store.close();
  }
}

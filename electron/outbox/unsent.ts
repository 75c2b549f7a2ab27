import { existsSync } from 'node:fs';
import type { Clock, Log } from '../engine-api.ts';
import { outboxPath } from '../storage/account-files.ts';
import { openOutboxStore } from '../storage/account-stores.ts';
import { createOutbox } from './outbox.ts';

/** Number of unsent messages kept in the folder of an account that is not signed in. */
export function countUnsent(folder: string, parts: { readonly clock: Clock; readonly log: Log }): number {
  if (!existsSync(outboxPath(folder))) return 0;
  const opened = openOutboxStore(folder, parts);
  if (!opened.ok) return 0;
  try {
    return createOutbox(opened.value.store).count();
  } finally {
    opened.value.store.close();
  }
}

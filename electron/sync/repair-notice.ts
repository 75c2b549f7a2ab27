import type { ClientError } from '../../shared/errors.ts';
import type { Repairs } from '../storage/account-stores.ts';

/** What a person should know about databases that were replaced; null if none was. */
export function repairNotice({ isCacheReplaced, restoredMessages }: Repairs): ClientError | null {
  if (!isCacheReplaced && restoredMessages === null) return null;
  return { code: 'storage_repaired', repairs: { restoredMessages, isCacheReplaced } };
}

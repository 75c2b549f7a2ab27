import type { ClientError } from '../../shared/errors.ts';
import type { Repairs } from '../storage/account-stores.ts';

function outboxText(restored: number): string {
  if (restored === 0) {
    return 'The file with your unsent messages was damaged, and none could be read. The damaged file was kept.';
  }
  const kept = restored === 1 ? '1 message was saved' : `${restored} messages were saved`;
  return `The file with your unsent messages was damaged. ${kept}; others may be missing. The damaged file was kept.`;
}

const CACHE_TEXT = 'The messages kept on this computer were damaged. They are loaded again from the server.';

/** What a person should know about databases that were replaced; null if none was. */
export function repairNotice({ isCacheReplaced, restoredMessages }: Repairs): ClientError | null {
  const texts: string[] = [];
  if (restoredMessages !== null) texts.push(outboxText(restoredMessages));
  if (isCacheReplaced) texts.push(CACHE_TEXT);
  return texts.length === 0 ? null : { code: 'storage_failed', message: texts.join(' ') };
}

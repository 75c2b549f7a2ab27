import type { ClientError } from '../shared/errors.ts';
import type { Say } from '../shared/words/words.ts';

/** What a person is told about an error: a sentence or two. */
export function errorText({ code, repairs, retryAfterSeconds }: ClientError, say: Say): string {
  if (code === 'rate_limited' && retryAfterSeconds !== undefined)
    return say('banners.slowDown', { count: retryAfterSeconds });
  return repairs === undefined ? say(`errors.${code}`) : repairText(repairs, say);
}

function repairText(
  { restoredMessages, isCacheReplaced }: NonNullable<ClientError['repairs']>,
  say: Say,
): string {
  const sentences: string[] = [];
  if (restoredMessages === 0) sentences.push(say('repairs.outboxLost'));
  else if (restoredMessages !== null) sentences.push(say('repairs.outboxSaved', { count: restoredMessages }));
  if (isCacheReplaced) sentences.push(say('repairs.cache'));
  return sentences.join(' ');
}

import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { checkContent, CONTENT_ERROR_CODES } from '../../shared/text.ts';
import type { OutboxView } from '../../shared/views.ts';
import type { Cache } from '../cache/cache.ts';
import type { Clock } from '../engine-api.ts';
import type { Outbox } from './outbox.ts';

/** A queued message, and whether this call queued it (false: it was queued or sent before). */
export interface Enqueued {
  readonly item: OutboxView;
  readonly isNew: boolean;
}

/**
 * Puts a message on disk; it is safe once this returns. The same id again answers with what is there.
 * @returns `invalid_input` when the text cannot be a message, `idempotency_mismatch` when the id
 * stands for another text or person. Throws what SQLite throws.
 */
export function enqueue(
  parts: { readonly cache: Cache; readonly outbox: Outbox; readonly clock: Clock },
  input: { readonly clientMessageId: string; readonly peerId: number; readonly content: string },
): Result<Enqueued, ClientError> {
  const checked = checkContent(input.content);
  if (!checked.ok) return fail({ code: CONTENT_ERROR_CODES[checked.error] });
  const content = checked.value;
  const known = parts.outbox.find(input.clientMessageId) ?? sentBefore(parts.cache, input.clientMessageId);
  if (known) {
    if (known.content === content && known.peerId === input.peerId) return ok({ item: known, isNew: false });
    return fail({ code: 'idempotency_mismatch' });
  }
  const queuedAt = new Date(parts.clock.now()).toISOString();
  const { clientMessageId, peerId } = input;
  return ok({ item: parts.outbox.append({ clientMessageId, peerId, content, queuedAt }), isNew: true });
}

/** A message that was acknowledged already, in the form of the row that it had. */
function sentBefore(cache: Cache, clientMessageId: string): OutboxView | undefined {
  const message = cache.messages.findOwn(clientMessageId);
  const peerId = message && cache.conversations.peerOf(message.conversationId);
  if (!message || peerId === undefined) return undefined;
  const { content, createdAt: queuedAt } = message;
  return { clientMessageId, peerId, content, position: 0, queuedAt, state: 'sending', reason: null };
}

import type { ClientError } from '../../shared/errors.ts';
import type { OutboxView } from '../../shared/views.ts';
import type { Cache } from '../cache/cache.ts';
import type { Edits } from '../cache/edits.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { SendOutcome } from '../outbox/sender.ts';
import { settle } from '../outbox/settle.ts';
import type { Api } from './api.ts';
import { type ApiFailure, isTransient } from './api-errors.ts';

const SERVER_RESTORED: ClientError = {
  code: 'server_restored',
};

/**
 * Makes the function that sends one outbox row and settles it: to the conversation if there is one,
 * otherwise by starting it. The function rejects when the cache or the outbox cannot be used.
 */
export function createDelivery(parts: {
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly selfId: number;
  readonly api: Api;
  readonly isActive: () => boolean;
  /** Whether the answer that just came is of the incarnation of the server that the cache is of. */
  readonly isSameEpoch: () => boolean;
  readonly onEdits: (edits: Edits) => void;
  /** It may work later. Without any answer the server is unreachable, and the connection may be gone. */
  readonly onFailed: (isUnreachable: boolean) => void;
}): (row: OutboxView) => Promise<SendOutcome> {
  const { cache, api } = parts;

  return async ({ peerId, clientMessageId, content }) => {
    const conversationId = cache.conversations.idOfPeer(peerId);
    const body = { clientMessageId, content };
    const answer =
      conversationId === undefined ? await api.start(peerId, body) : await api.send(conversationId, body);
    if (!parts.isActive()) return { type: 'stopped' };
    if (!answer.ok) {
      const outcome = outcomeOf(answer.error);
      if (outcome.type === 'failed') parts.onFailed(answer.error.status === null);
      return outcome;
    }
    // Numbers of another incarnation of the server must not get into this cache: once it is filled afresh the
    // same message is sent again, and the server knows it by its id.
    if (!parts.isSameEpoch()) return { type: 'failed', error: SERVER_RESTORED };
    parts.onEdits(settle(parts, answer.value));
    return { type: 'settled' };
  };
}

function outcomeOf(failure: ApiFailure): SendOutcome {
  const { error, status } = failure;
  if (error.code === 'session_ended') return { type: 'stopped' };
  if (status === 429) return { type: 'paused', error, seconds: error.retryAfterSeconds ?? 1 };
  if (status === 401 || isTransient(failure)) return { type: 'failed', error };
  return { type: 'refused', error };
}

import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { noEdits } from '../cache/edits.ts';
import type { Engine } from '../engine-api.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { Account } from './account.ts';

/** The window's calls that work on the signed-in account. */
export type AccountCalls = Omit<Engine['handlers'], SessionCall>;

/** The calls that are about who is signed in. */
type SessionCall = Extract<keyof Engine['handlers'], `session.${string}` | `trainers.${string}`>;

const NOT_SIGNED_IN: ClientError = { code: 'not_signed_in' };
const NOT_FOUND: ClientError = { code: 'not_found' };
const READ_ONLY: ClientError = { code: 'impersonation_read_only' };

/** Creates the calls; `current` is asked each time, because accounts come and go. */
export function createAccountCalls(current: () => Account | null): AccountCalls {
  /** Runs `work` on the account; what SQLite throws becomes an error value. */
  function using<T>(work: (account: Account) => Result<T, ClientError>): Result<T, ClientError> {
    const account = current();
    if (!account) return fail(NOT_SIGNED_IN);
    try {
      return work(account);
    } catch (thrown) {
      return fail(account.watch.failed(thrown));
    }
  }

  /** The same for what would be done in the person's name. */
  function changing<T>(work: (account: Account) => Result<T, ClientError>): Result<T, ClientError> {
    return using((account) => (account.isReadOnly ? fail(READ_ONLY) : work(account)));
  }

  return {
    'conversations.list': () => using((account) => ok(account.views.conversations())),
    'messages.page': async ({ peerId, beforeSeq }) => {
      const account = current();
      if (!account) return fail(NOT_SIGNED_IN);
      try {
        return ok(await account.history.page(peerId, beforeSeq));
      } catch (thrown) {
        return fail(account.watch.failed(thrown));
      }
    },
    'outbox.list': ({ peerId }) => using((account) => ok(account.views.outboxOf(peerId))),
    'outbox.enqueue': (input) =>
      changing((account) => {
        const queued = enqueue(account, input);
        if (!queued.ok) return queued;
        if (queued.value.isNew) {
          const edits = noEdits();
          edits.changedInOutbox.add(input.clientMessageId);
          edits.peers.add(input.peerId);
          account.publish(edits);
          account.sender.wake();
        }
        return ok(queued.value.item);
      }),
    'outbox.retry': ({ clientMessageId }) =>
      changing((account) => {
        const row = account.outbox.find(clientMessageId);
        if (!row) return fail(NOT_FOUND);
        if (row.state === 'refused') {
          account.outbox.requeue(clientMessageId);
          const edits = noEdits();
          edits.changedInOutbox.add(clientMessageId);
          edits.peers.add(row.peerId);
          account.publish(edits);
        }
        account.retryNow();
        return ok(null);
      }),
    'outbox.discard': ({ clientMessageId }) =>
      changing((account) => {
        const row = account.outbox.find(clientMessageId);
        if (!row || !account.outbox.remove(clientMessageId)) return fail(NOT_FOUND);
        const edits = noEdits();
        edits.removedFromOutbox.push({ peerId: row.peerId, clientMessageId });
        edits.peers.add(row.peerId);
        account.publish(edits);
        account.sender.wake();
        return ok(null);
      }),
    'read.mark': ({ peerId, upToSeq }) => using((account) => markRead(account, peerId, upToSeq)),
    'typing.set': ({ peerId, isTyping }) =>
      using((account) => {
        account.setTyping(peerId, isTyping);
        return ok(null);
      }),
    'focus.set': ({ peerId }) =>
      using((account) => {
        account.setFocus(peerId);
        return ok(null);
      }),
    'trainees.list': () => using((account) => ok(account.cache.trainees.list())),
    'trainees.detail': async ({ traineeId }) => {
      const account = current();
      if (!account) return fail(NOT_SIGNED_IN);
      const answer = await account.api.trainee(traineeId);
      return answer.ok ? ok(answer.value) : fail(answer.error.error);
    },
    'trainees.remove': async ({ traineeId }) => {
      const account = current();
      if (!account) return fail(NOT_SIGNED_IN);
      if (account.isReadOnly) return fail(READ_ONLY);
      const answer = await account.api.removeTrainee(traineeId);
      // Somebody else may have been quicker, or the first answer was lost: what was asked for is done.
      if (!answer.ok && answer.error.error.code !== 'not_found') return fail(answer.error.error);
      await account.catchUp();
      return ok(null);
    },
    'connection.retry': () =>
      using((account) => {
        account.retryNow();
        return ok(null);
      }),
  };
}

/** Raises the own read mark, at most to the last message; a lower one than known changes nothing. */
function markRead(account: Account, peerId: number, upToSeq: number): Result<null, ClientError> {
  // Who looks at somebody else's messages leaves them unread.
  if (account.isReadOnly) return ok(null);
  const { cache, marks } = account;
  const conversationId = cache.conversations.idOfPeer(peerId);
  const conversation = conversationId === undefined ? undefined : cache.conversations.find(conversationId);
  if (!conversation) return ok(null);
  const target = Math.min(upToSeq, conversation.lastSeq);
  if (target <= Math.max(conversation.readSeq, marks.get(conversation.id) ?? 0)) return ok(null);
  marks.raise(conversation.id, target);
  const edits = noEdits();
  edits.peers.add(peerId);
  account.publish(edits);
  account.readSender.wake();
  return ok(null);
}

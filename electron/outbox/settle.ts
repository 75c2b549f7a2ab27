import type { Conversation, Message } from '../../shared/wire/entities.ts';
import { storeConversation, storeMessage, type Cache } from '../cache/cache.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import type { Outbox } from './outbox.ts';

interface SettleParts {
  readonly cache: Cache;
  readonly outbox: Outbox;
  /** Id of the signed-in user. */
  readonly selfId: number;
}

/**
 * Takes a message that the server has stored out of the outbox. Call it after the message is in the
 * cache and committed: a crash in between leaves both, which {@link reconcile} repairs, and never neither.
 */
export function dropSettled({ cache, outbox, selfId }: SettleParts, message: Message, edits: Edits): void {
  if (message.senderId !== selfId) return;
  const row = outbox.find(message.clientMessageId);
  if (!row || !outbox.removeSettled(message.clientMessageId)) return;
  edits.removedFromOutbox.push({ peerId: row.peerId, clientMessageId: row.clientMessageId });
  edits.peers.add(cache.conversations.peerOf(message.conversationId) ?? row.peerId);
}

/** Settles a message by the server's acknowledgement; a no-op when its own echo came first. */
export function settle(parts: SettleParts, answer: { message: Message; conversation?: Conversation }): Edits {
  const { cache, outbox, selfId } = parts;
  const { message, conversation } = answer;
  const edits = noEdits();
  cache.transaction(() => {
    if (conversation) storeConversation(cache, conversation, selfId);
    const peerId = cache.conversations.peerOf(message.conversationId);
    // The conversation may have been taken away while the answer was on its way.
    if (peerId === undefined) return;
    const isNew = storeMessage(cache, message);
    // With its row still here the message may never have been told: taking the row out failed before.
    const isUntold = isNew || outbox.find(message.clientMessageId) !== undefined;
    if (!(isUntold || conversation)) return;
    edits.messages.push(message);
    edits.trainees = true;
    edits.peers.add(peerId);
  });
  dropSettled(parts, message, edits);
  return edits;
}

/** Deletes outbox rows whose message is in the cache: what a crash between the two commits left. */
export function reconcile({ cache, outbox }: SettleParts): void {
  for (const row of outbox.all()) {
    if (cache.messages.findOwn(row.clientMessageId)) outbox.removeSettled(row.clientMessageId);
  }
}

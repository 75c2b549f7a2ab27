import type { ClientError } from '../../shared/errors.ts';
import type { Message } from '../../shared/wire/entities.ts';
import type { FeedEvent } from '../../shared/wire/feed.ts';
import { storeConversation, storeMessage, type Cache } from '../cache/cache.ts';
import type { CachedCursor } from '../cache/cursor.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ReadMarks } from '../outbox/read-marks.ts';
import { dropSettled } from '../outbox/settle.ts';

export interface ApplyParts {
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly marks: ReadMarks;
  /** Id of the signed-in user. */
  readonly selfId: number;
  readonly onStorageFailure: (thrown: unknown) => void;
}

const ARCHIVED: ClientError = {
  code: 'conversation_archived',
};

/** What follows once the events are applied. */
interface Aftermath {
  readonly ownMessages: Message[];
  readonly othersMessages: Message[];
  readonly archivedPeers: Set<number>;
  readonly ownReads: { readonly conversationId: number; readonly readSeq: number }[];
}

/**
 * Applies the events that come right after `cursor`, in order: one transaction for the entities and
 * the cursor. Stops at a gap; events that were applied before are passed over. Throws when the cache
 * fails, which then is as it was; what an outbox that fails leaves undone is found and done later.
 */
export function applyEvents(parts: ApplyParts, cursor: CachedCursor, events: readonly FeedEvent[]): Edits {
  const edits = noEdits();
  const aftermath: Aftermath = {
    ownMessages: [],
    othersMessages: [],
    archivedPeers: new Set(),
    ownReads: [],
  };
  parts.cache.transaction(() => {
    let { feedSeq } = cursor;
    for (const event of events) {
      if (event.feedSeq <= feedSeq) continue;
      if (event.feedSeq > feedSeq + 1) break;
      applyEvent(parts, event, edits, aftermath);
      feedSeq = event.feedSeq;
    }
    if (feedSeq !== cursor.feedSeq) parts.cache.cursor.set({ ...cursor, feedSeq });
    edits.toNotify.push(...aftermath.othersMessages.filter((message) => isNews(parts, message)));
  });
  try {
    followInOutbox(parts, aftermath, edits);
  } catch (thrown) {
    parts.onStorageFailure(thrown);
  }
  return edits;
}

function followInOutbox(parts: ApplyParts, aftermath: Aftermath, edits: Edits): void {
  for (const message of aftermath.ownMessages) dropSettled(parts, message, edits);
  for (const { conversationId, readSeq } of aftermath.ownReads)
    parts.marks.acknowledge(conversationId, readSeq);
  for (const peerId of aftermath.archivedPeers) refuseAll(parts.outbox, peerId, edits);
}

/**
 * True once for each message: it is visible, nobody has read it, here or elsewhere, and nobody was notified
 * of it. Asked after all events, so that a read mark further on in them counts.
 */
function isNews({ cache, marks }: ApplyParts, message: Message): boolean {
  const conversation = cache.conversations.find(message.conversationId);
  if (!conversation) return false;
  const readSeq = Math.max(conversation.readSeq, marks.get(conversation.id) ?? 0);
  return message.seq > readSeq && cache.notified.mark(message);
}

function refuseAll(outbox: Outbox, peerId: number, edits: Edits): void {
  for (const row of outbox.ofPeer(peerId)) {
    if (row.state === 'refused') continue;
    outbox.setState(row.clientMessageId, 'refused', ARCHIVED);
    edits.changedInOutbox.add(row.clientMessageId);
  }
}

function applyEvent(parts: ApplyParts, event: FeedEvent, edits: Edits, aftermath: Aftermath): void {
  const { cache, selfId } = parts;
  switch (event.type) {
    case 'message.created': {
      const { message } = event;
      if (storeMessage(cache, message)) {
        edits.messages.push(message);
        edits.trainees = true;
        addPeerOf(cache, message.conversationId, edits.peers);
      }
      (message.senderId === selfId ? aftermath.ownMessages : aftermath.othersMessages).push(message);
      return;
    }
    case 'conversation.created':
    case 'conversation.restored':
      storeConversation(cache, event.conversation, selfId);
      addPeerOf(cache, event.conversation.id, edits.peers);
      if (event.type === 'conversation.restored') {
        addPeerOf(cache, event.conversation.id, edits.threads);
        edits.missesHistory = true;
      }
      edits.trainees = true;
      return;
    case 'conversation.read':
      if (event.userId === selfId) {
        cache.conversations.raiseRead(event.conversationId, event.readSeq);
        aftermath.ownReads.push(event);
      } else {
        cache.conversations.raisePeerRead(event.conversationId, event.readSeq);
      }
      addPeerOf(cache, event.conversationId, edits.peers);
      return;
    case 'conversation.archived': {
      const conversationId = event.conversation?.id ?? event.conversationId;
      if (conversationId === undefined) return;
      addPeerOf(cache, conversationId, edits.peers);
      addPeerOf(cache, conversationId, aftermath.archivedPeers);
      if (event.conversation) {
        storeConversation(cache, event.conversation, selfId);
        return;
      }
      addPeerOf(cache, conversationId, edits.threads);
      cache.messages.removeConversation(conversationId);
      cache.conversations.remove(conversationId);
      return;
    }
    case 'trainee.added':
    case 'trainee.updated':
      cache.trainees.upsert(event.trainee);
      cache.conversations.renamePeer(event.trainee.id, event.trainee.name);
      edits.trainees = true;
      if (cache.conversations.idOfPeer(event.trainee.id) !== undefined) edits.peers.add(event.trainee.id);
      return;
    case 'trainee.removed':
      cache.trainees.remove(event.traineeId);
      edits.trainees = true;
      return;
    case 'hidden':
      return;
  }
}

function addPeerOf(cache: Cache, conversationId: number, peers: Set<number>): void {
  const peerId = cache.conversations.peerOf(conversationId);
  if (peerId !== undefined) peers.add(peerId);
}

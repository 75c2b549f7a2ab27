import type { Conversation, Message } from '../../shared/wire/entities.ts';
import type { Store } from '../storage/open.ts';
import { createConversationCache, type ConversationCache } from './conversations.ts';
import { createCursorCache, type CursorCache } from './cursor.ts';
import { createMessageCache, type MessageCache } from './messages.ts';
import { createNotifiedCache, type NotifiedCache } from './notified.ts';
import { createTraineeCache, type TraineeCache } from './trainees.ts';

/** The client's copy of server truth (cache.db); may be thrown away and refilled. */
export interface Cache {
  readonly conversations: ConversationCache;
  readonly messages: MessageCache;
  readonly trainees: TraineeCache;
  readonly notified: NotifiedCache;
  readonly cursor: CursorCache;
  transaction<T>(work: () => T): T;
}

/** Puts the cache's parts on an open database. */
export function createCache(store: Store): Cache {
  return {
    conversations: createConversationCache(store),
    messages: createMessageCache(store),
    trainees: createTraineeCache(store),
    notified: createNotifiedCache(store),
    cursor: createCursorCache(store),
    transaction: (work) => store.transaction(work),
  };
}

/**
 * Stores a message and raises its conversation's last message; to be called in a transaction.
 * @returns false when it was there already, unchanged.
 */
export function storeMessage(cache: Cache, message: Message): boolean {
  const isNew = cache.messages.upsert(message);
  if (isNew) cache.conversations.noteMessage(message);
  return isNew;
}

/** Stores a conversation as the server states it to `selfId`, with its last message. */
export function storeConversation(cache: Cache, conversation: Conversation, selfId: number): void {
  cache.conversations.upsert(conversation, selfId);
  if (conversation.lastMessage) storeMessage(cache, conversation.lastMessage);
}

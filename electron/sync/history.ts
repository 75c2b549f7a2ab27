import type { ClientError } from '../../shared/errors.ts';
import { MESSAGE_PAGE_MAX, MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import type { MessagePage } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { storeMessage, type Cache } from '../cache/cache.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import type { Api } from './api.ts';
import { isTemporary } from './api-errors.ts';

/** Pages of history: from the cache where it is whole, otherwise by the server. */
export interface History {
  /** The newest page, or the one just below `beforeSeq`; asks the server only for what is missing. */
  page(peerId: number, beforeSeq: number | null): Promise<MessagePage>;
  /**
   * Loads, in the background, what is unread, so that those threads open at once and counts are exact. Does
   * nothing once that has worked, until more is missing; what could not be had is left to the next call.
   */
  prefill(): Promise<void>;
  /** Conversations came without their messages: loads what is unread of them. */
  noteMissing(): void;
}

/** How a request for a page ended. */
interface FetchOutcome {
  readonly error: ClientError | null;
  /** The page may come another time. */
  readonly isDueAgain: boolean;
}

/** Conversations whose unread messages are loaded ahead after the cache was filled afresh. */
const PREFILLED_CONVERSATIONS = 50;
/** Messages loaded ahead above the unread ones, so that the first unread is not the first line. */
const CONTEXT_MESSAGES = 5;

/** Creates the history of one account. */
export function createHistory(parts: {
  readonly cache: Cache;
  readonly api: Api;
  readonly isActive: () => boolean;
  /** Whether the answer that just came is of the incarnation of the server that the cache is of. */
  readonly isSameEpoch: () => boolean;
  /** Told after each commit. */
  readonly onEdits: (edits: Edits) => void;
  /** What was to be loaded ahead could not be had for now: asks for {@link History.prefill} later. */
  readonly onPrefillFailed: () => void;
  readonly onStorageFailure: (thrown: unknown) => void;
}): History {
  const { cache, api } = parts;
  /** The app may have been closed before it had read ahead. */
  let isPrefillDue = true;
  const underWay = new Map<string, Promise<FetchOutcome>>();

  /** Fetches one page into the cache. Requests for the same page share one. */
  function fetchPage(conversationId: number, before: number | null, limit: number): Promise<FetchOutcome> {
    const key = `${conversationId} ${before ?? 'newest'}`;
    const known = underWay.get(key);
    if (known) return known;
    const request = fetchOnce(conversationId, before, limit).finally(() => underWay.delete(key));
    underWay.set(key, request);
    return request;
  }

  async function fetchOnce(
    conversationId: number,
    before: number | null,
    limit: number,
  ): Promise<FetchOutcome> {
    const answer = await api.messages(conversationId, before, limit);
    if (!answer.ok) return { error: answer.error.error, isDueAgain: isTemporary(answer.error) };
    if (!parts.isActive()) return { error: null, isDueAgain: false };
    // An answer of an incarnation that is gone tells nothing of the one that the cache is of.
    if (!parts.isSameEpoch()) return { error: null, isDueAgain: true };
    store(conversationId, answer.value.items);
    return { error: null, isDueAgain: false };
  }

  function store(conversationId: number, messages: readonly Message[]): void {
    const edits = noEdits();
    try {
      const peerId = cache.conversations.peerOf(conversationId);
      // The conversation may have been taken away while its messages were on their way.
      if (peerId === undefined) return;
      const isNews = cache.transaction(
        () => messages.filter((message) => storeMessage(cache, message)).length > 0,
      );
      // Rows that were missing can change what counts as unread, and the last message.
      if (!isNews) return;
      edits.peers.add(peerId);
      parts.onEdits(edits);
    } catch (thrown) {
      parts.onStorageFailure(thrown);
    }
  }

  /** False when something is still missing. */
  async function loadUnread(): Promise<boolean> {
    for (const { id, peerId, lastSeq, readSeq } of cache.conversations.withUnread(PREFILLED_CONVERSATIONS)) {
      const wanted = Math.min(
        MESSAGE_PAGE_MAX,
        Math.max(MESSAGE_PAGE_SIZE, lastSeq - readSeq + CONTEXT_MESSAGES),
      );
      if (cache.messages.below(id, lastSeq + 1, wanted).length >= Math.min(wanted, lastSeq)) continue;
      const { error, isDueAgain } = await fetchPage(id, lastSeq + 1, wanted);
      if (isDueAgain || !parts.isActive()) return false;
      if (error) continue;
      const edits = noEdits();
      edits.threads.add(peerId);
      edits.peers.add(peerId);
      parts.onEdits(edits);
    }
    return true;
  }

  async function prefill(): Promise<void> {
    if (!isPrefillDue) return;
    isPrefillDue = false;
    try {
      if (await loadUnread()) return;
      isPrefillDue = true;
      if (parts.isActive()) parts.onPrefillFailed();
    } catch (thrown) {
      isPrefillDue = true;
      parts.onStorageFailure(thrown);
    }
  }

  return {
    page: async (peerId, beforeSeq) => {
      const known = cache.conversations.idOfPeer(peerId);
      const conversation = known === undefined ? undefined : cache.conversations.find(known);
      if (!conversation) return { items: [], hasMore: false, error: null };
      const below = beforeSeq ?? conversation.lastSeq + 1;
      const wanted = Math.min(MESSAGE_PAGE_SIZE, below - 1);
      const cached = cache.messages.below(conversation.id, below, MESSAGE_PAGE_SIZE);
      if (cached.length >= wanted) return { items: cached, hasMore: hasOlder(cached), error: null };
      const { error } = await fetchPage(conversation.id, beforeSeq, MESSAGE_PAGE_SIZE);
      if (!parts.isActive()) return { items: cached, hasMore: true, error };
      const top = beforeSeq ?? (cache.conversations.find(conversation.id)?.lastSeq ?? 0) + 1;
      const items = cache.messages.below(conversation.id, top, MESSAGE_PAGE_SIZE);
      return { items, hasMore: error ? true : hasOlder(items), error };
    },
    prefill,
    noteMissing: () => {
      isPrefillDue = true;
      void prefill();
    },
  };
}

function hasOlder(page: readonly Message[]): boolean {
  const [oldest] = page;
  return oldest !== undefined && oldest.seq > 1;
}

/** What the person sees: the cache and, over it, what the outbox still holds. */
import type { Change, ConversationView, OutboxView } from '../../shared/views.ts';
import type { User } from '../../shared/wire/entities.ts';
import type { Cache } from '../cache/cache.ts';
import type { CachedConversation } from '../cache/conversations.ts';
import type { Edits } from '../cache/edits.ts';
import type { Outbox } from './outbox.ts';
import type { ReadMarks } from './read-marks.ts';

/** Reads views and turns edits into changes; nothing here writes. */
export interface Views {
  /** All rows of the conversation list, in order. */
  conversations(): ConversationView[];
  /** Null when there is neither a conversation nor an unsent message. */
  conversation(peerId: number): ConversationView | null;
  unreadTotal(): number;
  /** Unsent messages to a person that the cache does not show as sent. */
  outboxOf(peerId: number): OutboxView[];
  /** The changes that a commit's edits amount to. */
  changes(edits: Edits): Change[];
}

/** What the list shows of a person's unsent messages. */
interface QueueEnd {
  /** The last of them. */
  readonly unsent?: OutboxView | undefined;
  /** The last of those still to be sent. */
  readonly pending?: OutboxView;
}

const PREVIEW_CODE_POINTS = 200;
/** Rows of the outbox read at once. */
const QUEUE_STEP = 16;
const SORT_DIGITS = 16;
/** Lifts positions, which may be negative, to positive numbers of equal length. */
const POSITION_BIAS = 10 ** 12;

function previewText(content: string): string {
  const text = /\s\s|[^\S ]/.test(content) ? content.replace(/\s+/g, ' ').trim() : content;
  return text.length <= PREVIEW_CODE_POINTS ? text : Array.from(text).slice(0, PREVIEW_CODE_POINTS).join('');
}

function padded(value: number): string {
  return String(value).padStart(SORT_DIGITS, '0');
}

/** Creates the views of the account of `self`. */
export function createViews(parts: { cache: Cache; outbox: Outbox; marks: ReadMarks; self: User }): Views {
  const { cache, outbox, marks, self } = parts;
  /** What the last commits left per person, read again for whom a commit touched; null: all to be read. */
  let unreadByPeer: Map<number, number> | null = null;
  let toldUnread = -1;

  function view(
    peerId: number,
    known: CachedConversation | undefined,
    { unsent, pending }: QueueEnd,
  ): ConversationView {
    const last = known?.lastMessage;
    return {
      peerId,
      peerName: known?.peerName ?? cache.trainees.nameOf(peerId) ?? '',
      conversationId: known?.id ?? null,
      isArchived: known?.isArchived ?? false,
      lastSeq: known?.lastSeq ?? 0,
      readSeq: known?.readSeq ?? 0,
      peerReadSeq: known?.peerReadSeq ?? 0,
      unreadCount: known?.unreadCount ?? 0,
      preview: unsent
        ? { text: previewText(unsent.content), fromMe: true, at: unsent.queuedAt, delivery: unsent.state }
        : known && last
          ? {
              text: previewText(last.content),
              fromMe: last.senderId === self.id,
              at: last.createdAt,
              delivery:
                last.senderId !== self.id ? null : known.peerReadSeq >= known.lastSeq ? 'read' : 'sent',
            }
          : null,
      sortKey: [
        padded(pending ? POSITION_BIAS + pending.position : 0),
        known?.lastMessageAt ?? '',
        padded(known?.id ?? 0),
      ].join(' '),
    };
  }

  function outboxOf(peerId: number): OutboxView[] {
    return outbox.ofPeer(peerId).filter((row) => !cache.messages.findOwn(row.clientMessageId));
  }

  /** Reads from the end: the queue can be long, and every acknowledgement asks. */
  function queueEnd(peerId: number): QueueEnd {
    let unsent: OutboxView | undefined;
    let position = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = outbox.before(peerId, position, QUEUE_STEP);
      for (const row of rows) {
        ({ position } = row);
        if (cache.messages.findOwn(row.clientMessageId)) continue;
        unsent ??= row;
        if (row.state !== 'refused') return { unsent, pending: row };
      }
      if (rows.length < QUEUE_STEP) return { unsent };
    }
  }

  function withMark(known: CachedConversation): CachedConversation {
    const mark = marks.get(known.id);
    if (mark === undefined || mark <= known.readSeq) return known;
    return cache.conversations.find(known.id, mark) ?? known;
  }

  function conversation(peerId: number): ConversationView | null {
    const id = cache.conversations.idOfPeer(peerId);
    const known = id === undefined ? undefined : cache.conversations.find(id);
    const end = queueEnd(peerId);
    if (!known && !end.unsent) return null;
    return view(peerId, known && withMark(known), end);
  }

  function readUnread(): Map<number, number> {
    const counts = cache.conversations
      .unreadCounts()
      .map(({ peerId, unreadCount }) => [peerId, unreadCount] as const);
    const unread = new Map(counts);
    for (const { conversationId } of marks.all()) {
      const peerId = cache.conversations.peerOf(conversationId);
      if (peerId !== undefined) unread.set(peerId, conversation(peerId)?.unreadCount ?? 0);
    }
    return unread;
  }

  function unreadTotal(): number {
    unreadByPeer ??= readUnread();
    let total = 0;
    for (const count of unreadByPeer.values()) total += count;
    return total;
  }

  return {
    conversations: () => {
      const marked = new Set(marks.all().map((mark) => mark.conversationId));
      const unsentPeers = new Set(outbox.all().map((row) => row.peerId));
      const views = cache.conversations.list().map((known) => {
        const end = unsentPeers.delete(known.peerId) ? queueEnd(known.peerId) : {};
        return view(known.peerId, marked.has(known.id) ? withMark(known) : known, end);
      });
      for (const peerId of unsentPeers) views.push(view(peerId, undefined, queueEnd(peerId)));
      return views.toSorted((a, b) => (a.sortKey < b.sortKey ? 1 : -1));
    },
    conversation,
    unreadTotal,
    outboxOf,
    changes: (edits) => {
      if (edits.reset) unreadByPeer = null;
      const changes: Change[] = edits.reset ? [{ type: 'reset' }] : [];
      for (const message of edits.messages) {
        const peerId = cache.conversations.peerOf(message.conversationId);
        if (peerId !== undefined) changes.push({ type: 'message.upserted', peerId, message });
      }
      for (const row of edits.removedFromOutbox) changes.push({ type: 'outbox.removed', ...row });
      for (const clientMessageId of edits.changedInOutbox) {
        const item = outbox.find(clientMessageId);
        if (item) changes.push({ type: 'outbox.upserted', item });
      }
      for (const peerId of edits.threads) changes.push({ type: 'thread.invalidated', peerId });
      for (const peerId of edits.peers) {
        const row = conversation(peerId);
        unreadByPeer?.set(peerId, row?.unreadCount ?? 0);
        changes.push(
          row
            ? { type: 'conversation.upserted', conversation: row }
            : { type: 'conversation.removed', peerId },
        );
      }
      if (edits.trainees) changes.push({ type: 'trainees.changed' });
      const unreadCount = unreadTotal();
      if (unreadCount !== toldUnread) changes.push({ type: 'unread.changed', unreadCount });
      toldUnread = unreadCount;
      return changes;
    },
  };
}

/** A thread as it is shown: history, arrivals and the outbox as one list, and that list as rows. Pure. */
import type { ClientError } from '../../shared/errors.ts';
import type { Delivery, MessagePage, OutboxView } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import type { Say } from '../../shared/words/words.ts';
import { dayKey, type Place } from '../time/labels.ts';

/** One message on screen, stored or not yet. */
export interface ThreadMessage {
  /** Unique per sender, from the outbox to the server. */
  readonly clientMessageId: string;
  /** Null while the server has not stored it. */
  readonly seq: number | null;
  readonly content: string;
  /** Milliseconds since 1970: the server's time, or this computer's, corrected to it, while unsent. */
  readonly atMs: number;
  readonly isMine: boolean;
  /** Set on own messages. */
  readonly delivery: Delivery | null;
  /** Why it was not sent, when known. */
  readonly reason: ClientError | null;
}

/** What a thread is made of. */
export interface ThreadSources {
  readonly pages: readonly MessagePage[];
  readonly arrivals: readonly Message[];
  readonly outbox: readonly OutboxView[];
  readonly myId: number;
  /** How far the other person has read. */
  readonly peerReadSeq: number;
  /** Milliseconds from this computer's clock to the server's, so that both kinds of time can stand side by side. */
  readonly serverTimeOffsetMs: number;
}

function stored(message: Message, sources: ThreadSources): ThreadMessage {
  const isMine = message.senderId === sources.myId;
  return {
    clientMessageId: message.clientMessageId,
    seq: message.seq,
    content: message.content,
    atMs: Date.parse(message.createdAt),
    isMine,
    delivery: isMine ? (message.seq <= sources.peerReadSeq ? 'read' : 'sent') : null,
    reason: null,
  };
}

function unsent(row: OutboxView, serverTimeOffsetMs: number): ThreadMessage {
  return {
    clientMessageId: row.clientMessageId,
    seq: null,
    content: row.content,
    atMs: Date.parse(row.queuedAt) + serverTimeOffsetMs,
    isMine: true,
    delivery: row.state,
    reason: row.reason,
  };
}

/**
 * All messages of a thread: stored ones by `seq`, then unsent ones in queue order. An outbox row
 * whose message is already stored is left out.
 */
export function mergeThread(sources: ThreadSources): readonly ThreadMessage[] {
  const bySeq = new Map<number, Message>();
  for (const page of sources.pages) for (const message of page.items) bySeq.set(message.seq, message);
  const oldest = sources.pages.at(-1);
  // Below the oldest loaded page there may be a hole, which only paging fills.
  const from = oldest?.hasMore === true ? Math.min(Infinity, ...bySeq.keys()) : 0;
  for (const message of sources.arrivals) if (message.seq >= from) bySeq.set(message.seq, message);

  const messages = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
  const own = messages.filter((message) => message.senderId === sources.myId);
  const known = new Set(own.map((message) => message.clientMessageId));
  const waiting = sources.outbox
    .filter((row) => !known.has(row.clientMessageId))
    .toSorted((a, b) => a.position - b.position);
  return [
    ...messages.map((message) => stored(message, sources)),
    ...waiting.map((row) => unsent(row, sources.serverTimeOffsetMs)),
  ];
}

/** The stored messages up to this `seq`: what is shown while the rest of the thread is not loaded. */
export function upTo(messages: readonly ThreadMessage[], seq: number): readonly ThreadMessage[] {
  return messages.filter((message) => message.seq !== null && message.seq <= seq);
}

/** The highest `seq`; 0 without stored messages. */
export function newestSeq(messages: readonly ThreadMessage[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq ?? 0), 0);
}

/** Messages of one sender that follow each other within this time stand together. */
const GROUP_MS = 5 * 60_000;

/** One row of the timeline. */
export type ThreadRow =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'new'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: ThreadMessage;
      readonly startsGroup: boolean;
      readonly endsGroup: boolean;
    };

function standTogether(a: ThreadMessage, b: ThreadMessage): boolean {
  return a.isMine === b.isMine && b.atMs - a.atMs <= GROUP_MS;
}

/** How a thread's rows are laid out. */
export interface RowOptions {
  readonly place: Pick<Place, 'timeZone'>;
  /** The thread's beginning is loaded, so its first message surely begins a day. */
  readonly isComplete: boolean;
  /** The "New messages" line stands before the first inbound message above this `seq`; null for none. */
  readonly newAfterSeq: number | null;
}

/**
 * The timeline's rows. A row's height depends on what follows it, never on what precedes it, so
 * loading older messages moves nothing that is on screen.
 */
export function layOutRows(messages: readonly ThreadMessage[], options: RowOptions): readonly ThreadRow[] {
  const { place, newAfterSeq } = options;
  // Where the line stands is known only when what is before it is loaded.
  const isLineLoaded = options.isComplete || (messages[0]?.seq ?? Infinity) <= (newAfterSeq ?? 0) + 1;
  const firstNew =
    newAfterSeq === null || !isLineLoaded
      ? undefined
      : messages.find((message) => !message.isMine && message.seq !== null && message.seq > newAfterSeq);
  const rows: ThreadRow[] = [];
  // Asking for a day is what costs most here.
  const days = messages.map((message) => dayKey(message.atMs, place));
  let isApart = true;
  for (const [index, message] of messages.entries()) {
    const next = messages[index + 1];
    // The message's key for life: the other person may have sent something under the same id.
    const key = `${message.isMine ? 'mine' : 'theirs'}:${message.clientMessageId}`;
    const day = days[index] ?? '';
    const beginsDay = index === 0 ? options.isComplete : days[index - 1] !== day;
    if (beginsDay) rows.push({ kind: 'day', key: `day:${day}:${key}`, atMs: message.atMs });
    if (message === firstNew) rows.push({ kind: 'new', key: 'new' });
    isApart ||= beginsDay || message === firstNew;
    const endsGroup =
      next === undefined || next === firstNew || days[index + 1] !== day || !standTogether(message, next);
    rows.push({
      kind: 'message',
      key,
      message,
      startsGroup: isApart,
      endsGroup,
    });
    isApart = endsGroup;
  }
  return rows;
}

/** Inbound messages above `afterSeq`, oldest first. */
export function inboundAfter(
  messages: readonly ThreadMessage[],
  afterSeq: number,
): readonly (ThreadMessage & { readonly seq: number })[] {
  const found: (ThreadMessage & { readonly seq: number })[] = [];
  for (const message of messages) {
    if (!message.isMine && message.seq !== null && message.seq > afterSeq) {
      found.push({ ...message, seq: message.seq });
    }
  }
  return found;
}

/** More new messages at once than this are announced by their number. */
const ANNOUNCE_EACH_UP_TO = 3;

/** What the screen reader hears about new messages, or null for nothing. */
export function announcementFor(
  peerName: string,
  arrived: readonly { readonly content: string }[],
  say: Say,
): string | null {
  if (arrived.length === 0) return null;
  if (arrived.length > ANNOUNCE_EACH_UP_TO) {
    return say('chat.announceCount', { count: arrived.length, name: peerName });
  }
  return arrived
    .map((message) => say('chat.announceOne', { name: peerName, text: message.content }))
    .join('\n');
}

import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Cursor, FeedEvent } from '../../shared/wire/feed.ts';
import type { CachedCursor } from '../cache/cursor.ts';
import type { Edits } from '../cache/edits.ts';
import type { Clock, Log } from '../engine-api.ts';
import type { Api } from './api.ts';
import { applyEvents, type ApplyParts } from './apply.ts';
import { FOREIGN_SERVER, refill } from './refill.ts';

export interface FeedParts extends ApplyParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
  /** The server that this account belongs to. */
  readonly serverId: string;
  /** Nothing may be sent in this person's name. */
  readonly isReadOnly: boolean;
  /** Told after each commit. */
  readonly onEdits: (edits: Edits) => void;
  /** How each catch-up ended. */
  readonly onCaughtUp: (isOk: boolean) => void;
  readonly onForeignServer: (error: ClientError) => void;
  readonly onStorageFailure: (thrown: unknown) => void;
}

/** Brings the cache to the head of the user's feed and keeps it there. */
export interface Feed {
  /** One live event. */
  receive(event: Cursor & { readonly event: FeedEvent }): void;
  /** A head that the server mentioned; other than the cursor for a moment, it leads to a catch-up. */
  noteHead(head: Cursor): void;
  /** Reads the feed at once, and again if a reading was under way that may have asked before this head came to be. */
  reach(head: Cursor): void;
  /** Whether the cache is of the incarnation of the server that was heard of last. */
  isSameEpoch(): boolean;
  /** Reads the feed up to its head. Calls while one is under way join it. */
  catchUp(): Promise<Result<null, ClientError>>;
  isCatchingUp(): boolean;
  stop(): void;
}

const HELD_MAX = 1_000;
/** How long a live event may be missing before it is fetched. */
const GAP_WAIT_MS = 150;

const INTERRUPTED: ClientError = { code: 'unexpected' };

/** Creates the feed of one account. */
export function createFeed(parts: FeedParts): Feed {
  const { cache, clock } = parts;
  /** Events that came before their turn, by number; all of one epoch. */
  const held = new Map<number, FeedEvent>();
  let heldEpoch = '';
  let heardEpoch = '';
  /** The highest head mentioned that is still to be reached by live events. */
  let awaitedHead: Cursor | null = null;
  let cancelGapTimer: (() => void) | null = null;
  let running: Promise<Result<null, ClientError>> | null = null;
  let isStopped = false;

  /** False when storage failed: nothing moved, and the events come again by the feed. */
  function apply(cursor: CachedCursor, events: readonly FeedEvent[]): boolean {
    try {
      parts.onEdits(applyEvents(parts, cursor, events));
      return true;
    } catch (thrown) {
      parts.onStorageFailure(thrown);
      return false;
    }
  }

  function applyHeld(): void {
    const cursor = cache.cursor.get();
    if (!cursor || held.size === 0) return;
    if (heldEpoch !== cursor.epoch) {
      held.clear();
      return;
    }
    for (const number of [...held.keys()].filter((seq) => seq <= cursor.feedSeq)) held.delete(number);
    const next: FeedEvent[] = [];
    for (let event = held.get(cursor.feedSeq + 1); event; event = held.get(event.feedSeq + 1))
      next.push(event);
    if (next.length === 0 || !apply(cursor, next)) return;
    for (const { feedSeq } of next) held.delete(feedSeq);
  }

  function hold(epoch: string, event: FeedEvent): void {
    if (epoch !== heldEpoch) held.clear();
    heldEpoch = epoch;
    if (held.size < HELD_MAX) held.set(event.feedSeq, event);
  }

  function isBehind({ epoch, feedSeq }: Cursor): boolean {
    const cursor = cache.cursor.get();
    return !cursor || cursor.epoch !== epoch || cursor.feedSeq < feedSeq;
  }

  function awaitHead(head: Cursor): void {
    if (!awaitedHead || awaitedHead.epoch !== head.epoch || awaitedHead.feedSeq < head.feedSeq)
      awaitedHead = head;
    cancelGapTimer ??= clock.after(GAP_WAIT_MS, () => {
      cancelGapTimer = null;
      const target = awaitedHead;
      awaitedHead = null;
      if (target && isBehind(target)) reach(target);
    });
  }

  function reach(head: Cursor): void {
    if (running) void running.then(() => (isStopped || !isBehind(head) ? undefined : catchUp()));
    else void catchUp();
  }

  function catchUp(): Promise<Result<null, ClientError>> {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  async function run(): Promise<Result<null, ClientError>> {
    const result = await readToHead();
    if (isStopped) return result;
    if (result.ok) applyHeld();
    else if (result.error === FOREIGN_SERVER) parts.onForeignServer(FOREIGN_SERVER);
    parts.onCaughtUp(result.ok);
    return result;
  }

  async function readToHead(): Promise<Result<null, ClientError>> {
    try {
      return await readFeed();
    } catch (thrown) {
      parts.onStorageFailure(thrown);
      return fail(INTERRUPTED);
    }
  }

  async function readFeed(): Promise<Result<null, ClientError>> {
    let hasRefilled = false;
    for (;;) {
      if (isStopped) return fail(INTERRUPTED);
      const cursor = cache.cursor.get();
      const answer = cursor && (await parts.api.feed(cursor));
      if (isStopped) return fail(INTERRUPTED);
      if (!answer || (!answer.ok && answer.error.serverCode === 'cursor_expired')) {
        if (hasRefilled) return fail(INTERRUPTED);
        const refilled = await refillCache();
        if (!refilled.ok) return refilled;
        hasRefilled = true;
        continue;
      }
      if (!answer.ok) return fail(answer.error.error);
      const { serverId, events, head } = answer.value;
      if (serverId !== parts.serverId) return fail(FOREIGN_SERVER);
      // A live event may have moved the cursor while the answer was on its way.
      const current = cache.cursor.get();
      if (!current || current.epoch !== answer.value.epoch || !apply(current, events))
        return fail(INTERRUPTED);
      if (events.length === 0 || !isBehind({ epoch: current.epoch, feedSeq: head })) return ok(null);
      await nextTurn();
    }
  }

  async function refillCache(): Promise<Result<null, ClientError>> {
    parts.log('feed.refill');
    const refilled = await refill(parts, () => !isStopped);
    if (!refilled.ok) return refilled;
    parts.onEdits(refilled.value);
    return ok(null);
  }

  /** Lets the window and the socket have their turn between two pages. */
  function nextTurn(): Promise<void> {
    return new Promise((resolve) => void clock.after(0, resolve));
  }

  return {
    receive: ({ epoch, feedSeq, event }) => {
      const cursor = cache.cursor.get();
      if (cursor?.epoch === epoch && feedSeq <= cursor.feedSeq) return;
      hold(epoch, event);
      if (cursor?.epoch === epoch && feedSeq === cursor.feedSeq + 1) applyHeld();
      if (isBehind({ epoch, feedSeq })) awaitHead({ epoch, feedSeq });
    },
    noteHead: (head) => {
      heardEpoch = head.epoch;
      if (isBehind(head)) awaitHead(head);
    },
    reach: (head) => {
      heardEpoch = head.epoch;
      reach(head);
    },
    isSameEpoch: () => cache.cursor.get()?.epoch === heardEpoch,
    catchUp,
    isCatchingUp: () => running !== null,
    stop: () => {
      isStopped = true;
      cancelGapTimer?.();
    },
  };
}

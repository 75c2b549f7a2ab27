import type { ClientError } from '../../shared/errors.ts';
import type { OutboxView } from '../../shared/views.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import type { Clock } from '../engine-api.ts';
import type { Outbox } from './outbox.ts';
import { retryDelayMs } from './retry-policy.ts';

/** How an attempt to send ended. */
export type SendOutcome =
  /** Stored by the server and settled. */
  | { readonly type: 'settled' }
  /** May work later. */
  | { readonly type: 'failed'; readonly error: ClientError }
  /** The server asks the whole account to wait. */
  | { readonly type: 'paused'; readonly error: ClientError; readonly seconds: number }
  /** Will never work as it is. */
  | { readonly type: 'refused'; readonly error: ClientError }
  /** The session is over: says nothing about the message. */
  | { readonly type: 'stopped' };

export interface SenderParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  /** False while nothing gets through or the cache is behind; no attempt is made then. */
  readonly isOpen: () => boolean;
  /** May reject with what the database throws. */
  readonly send: (row: OutboxView) => Promise<SendOutcome>;
  /** Told after each commit. */
  readonly onEdits: (edits: Edits) => void;
  /** The database failed; what it could not say or note is tried again later. */
  readonly onStorageFailure: (thrown: unknown) => void;
  /** The pause began or ended. */
  readonly onPause: () => void;
}

/** Sends what the outbox holds: per person one at a time in queue order, several people at once. */
export interface Sender {
  /** Sends what may be sent now; call it whenever that may have changed. */
  wake(): void;
  /** Forgets waiting times after failures (not a pause that the server asked for) and wakes. */
  retryNow(): void;
  /** Milliseconds since 1970 until which the server asked to wait, or null. */
  pausedUntil(): number | null;
  /** True when an attempt failed and the message has not got through since. */
  isRetrying(): boolean;
  stop(): void;
}

const PEERS_AT_ONCE = 4;
/** Less than this between the two clocks is drift and rounding. */
const CLOCK_TOLERANCE_MS = 1_000;

interface Backoff {
  readonly failures: number;
  /** Monotonic milliseconds. */
  readonly notBefore: number;
}

/** Creates a sender; it does nothing before the first {@link Sender.wake}. */
export function createSender(parts: SenderParts): Sender {
  const { outbox, clock } = parts;
  const inFlight = new Set<number>();
  const backoffs = new Map<number, Backoff>();
  /** Monotonic milliseconds, and the same by this computer's clock for display. */
  let pause: { readonly end: number; shownEnd: number } | null = null;
  let cancelTimer: (() => void) | null = null;
  let isStopped = false;

  function wake(): void {
    try {
      sendWaiting();
    } catch (thrown) {
      parts.onStorageFailure(thrown);
    }
  }

  function sendWaiting(): void {
    cancelTimer?.();
    cancelTimer = null;
    if (isStopped || !parts.isOpen()) return;
    const now = clock.monotonic();
    if (pause && pause.end <= now) {
      pause = null;
      parts.onPause();
    }
    if (pause) {
      wakeAfter(pause.end - now);
      return;
    }
    let earliest = Number.POSITIVE_INFINITY;
    const waiting = outbox.waitingPeers();
    for (const peerId of backoffs.keys()) if (!waiting.includes(peerId)) backoffs.delete(peerId);
    for (const peerId of waiting) {
      if (inFlight.size >= PEERS_AT_ONCE) break;
      if (inFlight.has(peerId)) continue;
      const notBefore = backoffs.get(peerId)?.notBefore ?? now;
      const row = outbox.head(peerId);
      if (notBefore > now) earliest = Math.min(earliest, notBefore);
      else if (row) void attempt(row);
    }
    if (earliest !== Number.POSITIVE_INFINITY) wakeAfter(earliest - now);
  }

  function wakeAfter(ms: number): void {
    cancelTimer = clock.after(ms, wake);
  }

  async function attempt(row: OutboxView): Promise<void> {
    inFlight.add(row.peerId);
    try {
      const outcome = await parts.send(row);
      if (isStopped) return;
      note(row, outcome);
    } catch (thrown) {
      // Nothing is known of the message but that it is still here; its id lets it be sent again.
      delay(row.peerId);
      parts.onStorageFailure(thrown);
    } finally {
      inFlight.delete(row.peerId);
    }
    wake();
  }

  function note(row: OutboxView, outcome: SendOutcome): void {
    switch (outcome.type) {
      case 'settled':
        backoffs.delete(row.peerId);
        return;
      case 'paused': {
        const ms = outcome.seconds * 1_000;
        const end = clock.monotonic() + ms;
        // Answers to several people's messages come one after the other: the longest pause counts.
        if (pause && pause.end >= end) return;
        pause = { end, shownEnd: clock.now() + ms };
        parts.onPause();
        return;
      }
      case 'refused':
        backoffs.delete(row.peerId);
        setState(row, 'refused', outcome.error);
        return;
      case 'failed':
        delay(row.peerId);
        setState(row, 'notSent', outcome.error);
        return;
      case 'stopped':
        stop();
        return;
    }
  }

  function delay(peerId: number): void {
    const failures = (backoffs.get(peerId)?.failures ?? 0) + 1;
    const notBefore = clock.monotonic() + retryDelayMs(failures, parts.random());
    backoffs.set(peerId, { failures, notBefore });
  }

  function setState(row: OutboxView, state: 'notSent' | 'refused', error: ClientError): void {
    // The echo may have settled it, or the person discarded it, while the attempt was under way.
    const current = outbox.find(row.clientMessageId);
    if (!current || (current.state === state && current.reason?.code === error.code)) return;
    outbox.setState(row.clientMessageId, state, error);
    const edits = noEdits();
    edits.changedInOutbox.add(row.clientMessageId);
    edits.peers.add(row.peerId);
    parts.onEdits(edits);
  }

  function stop(): void {
    isStopped = true;
    cancelTimer?.();
    cancelTimer = null;
  }

  return {
    wake,
    retryNow: () => {
      for (const [peerId, { failures }] of backoffs) backoffs.set(peerId, { failures, notBefore: 0 });
      wake();
    },
    pausedUntil: () => {
      if (!pause) return null;
      const end = clock.now() + pause.end - clock.monotonic();
      // The computer's clock was set meanwhile.
      if (Math.abs(end - pause.shownEnd) > CLOCK_TOLERANCE_MS) pause.shownEnd = end;
      return pause.shownEnd;
    },
    isRetrying: () => backoffs.size > 0,
    stop,
  };
}

import type { Cache } from '../cache/cache.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import { retryDelayMs } from '../outbox/retry-policy.ts';
import type { ReadMarks } from '../outbox/read-marks.ts';
import type { Clock } from '../engine-api.ts';
import type { Api } from './api.ts';
import { isTemporary } from './api-errors.ts';

/** Tells the server how far the person has read, until it has acknowledged every mark. */
export interface ReadSender {
  wake(): void;
  stop(): void;
}

/** Creates the sender of read marks; one request at a time, the newest mark per conversation. */
export function createReadSender(parts: {
  readonly cache: Cache;
  readonly marks: ReadMarks;
  readonly api: Api;
  readonly clock: Clock;
  readonly random: () => number;
  readonly isOpen: () => boolean;
  /** Whether the answer that just came is of the incarnation of the server that the cache is of. */
  readonly isSameEpoch: () => boolean;
  /** Told after each commit. */
  readonly onEdits: (edits: Edits) => void;
  readonly onStorageFailure: (thrown: unknown) => void;
}): ReadSender {
  const { cache, marks } = parts;
  let isSending = false;
  let isStopped = false;
  let failures = 0;
  let cancelTimer: (() => void) | null = null;

  async function sendAll(): Promise<void> {
    isSending = true;
    for (let mark = marks.all()[0]; mark && parts.isOpen(); mark = marks.all()[0]) {
      if (!(await send(mark))) break;
    }
    isSending = false;
  }

  /** False when the rest has to wait. */
  async function send(mark: { readonly conversationId: number; readonly upToSeq: number }): Promise<boolean> {
    const answer = await parts.api.read(mark.conversationId, mark.upToSeq);
    if (isStopped) return false;
    if (!answer.ok && isTemporary(answer.error)) {
      failures += 1;
      const wait = (answer.error.error.retryAfterSeconds ?? 0) * 1_000;
      cancelTimer?.();
      cancelTimer = parts.clock.after(Math.max(wait, retryDelayMs(failures, parts.random())), wake);
      return false;
    }
    failures = 0;
    const edits = noEdits();
    // The marks of an incarnation that is gone go with the cache, which is about to be filled afresh.
    if (!parts.isSameEpoch()) return false;
    // A mark for a conversation that the server no longer shows has nobody left to tell; until the feed takes
    // that conversation away, what was read stays read.
    const readSeq = answer.ok ? answer.value.readSeq : mark.upToSeq;
    cache.conversations.raiseRead(mark.conversationId, readSeq);
    marks.acknowledge(mark.conversationId, mark.upToSeq);
    const peerId = cache.conversations.peerOf(mark.conversationId);
    if (peerId !== undefined) edits.peers.add(peerId);
    parts.onEdits(edits);
    return true;
  }

  function wake(): void {
    if (isStopped || isSending || !parts.isOpen()) return;
    sendAll().catch((thrown: unknown) => {
      isSending = false;
      parts.onStorageFailure(thrown);
    });
  }

  return {
    wake,
    stop: () => {
      isStopped = true;
      cancelTimer?.();
    },
  };
}

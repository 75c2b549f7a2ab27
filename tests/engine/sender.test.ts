import { describe, expect, it } from 'vitest';
import type { Edits } from '../../electron/cache/edits.ts';
import { createSender, type SendOutcome } from '../../electron/outbox/sender.ts';
import type { OutboxView } from '../../shared/views.ts';
import { openDatabases, uuid } from './support/builders.ts';
import { FakeClock, settled } from './support/fake-clock.ts';

const SETTLED: SendOutcome = { type: 'settled' };
const FAILED: SendOutcome = { type: 'failed', error: { code: 'unreachable' } };
const REFUSED: SendOutcome = { type: 'refused', error: { code: 'invalid_input' } };
const PAUSED: SendOutcome = {
  type: 'paused',
  error: { code: 'rate_limited', retryAfterSeconds: 30 },
  seconds: 30,
};

/** A sender on a real outbox; each attempt waits until the test answers it. */
function setUp() {
  const clock = new FakeClock();
  const { outbox } = openDatabases();
  const attempts: { readonly row: OutboxView; readonly answer: (outcome: SendOutcome) => Promise<void> }[] =
    [];
  const edits: Edits[] = [];
  const network = { isOpen: true };
  const sender = createSender({
    outbox,
    clock,
    random: () => 0.5,
    isOpen: () => network.isOpen,
    send: (row) =>
      new Promise((resolve) => {
        const end = async (outcome: SendOutcome): Promise<void> => {
          if (outcome.type === 'settled') outbox.removeSettled(row.clientMessageId);
          resolve(outcome);
          await settled();
        };
        attempts.push({ row, answer: end });
      }),
    onEdits: (edit) => void edits.push(edit),
    onStorageFailure: (thrown) => {
      throw thrown;
    },
    onPause: () => undefined,
  });
  let queued = 0;
  function queue(peerId: number): string {
    queued += 1;
    outbox.append({ clientMessageId: uuid(queued), peerId, content: `text ${queued}`, queuedAt: '' });
    return uuid(queued);
  }
  const sent = (): string[] => attempts.map(({ row }) => row.content);
  async function answer(index: number, outcome: SendOutcome): Promise<void> {
    await attempts[index]?.answer(outcome);
  }
  return { clock, outbox, sender, network, queue, sent, answer, edits };
}

describe('the sender', () => {
  it('sends to one person in the order of queueing, the next only after the one before has settled', async () => {
    const { sender, queue, sent, answer } = setUp();
    for (let count = 0; count < 3; count += 1) queue(7);
    sender.wake();
    sender.wake();
    expect(sent()).toEqual(['text 1']);
    await answer(0, SETTLED);
    expect(sent()).toEqual(['text 1', 'text 2']);
    await answer(1, SETTLED);
    await answer(2, SETTLED);
    expect(sent()).toEqual(['text 1', 'text 2', 'text 3']);
  });

  it('sends to four people at once, and to the fifth when one is done', async () => {
    const { sender, queue, sent, answer } = setUp();
    for (const peerId of [1, 2, 3, 4, 5]) queue(peerId);
    sender.wake();
    expect(sent()).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
    await answer(2, SETTLED);
    expect(sent().at(-1)).toBe('text 5');
  });

  it('retries a failed message by itself, later each time and at most a minute apart, before the next one', async () => {
    const { clock, sender, queue, sent, answer, outbox } = setUp();
    const first = queue(7);
    queue(7);
    sender.wake();
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await answer(attempt, FAILED);
      expect(outbox.find(first)).toMatchObject({ state: 'notSent', reason: { code: 'unreachable' } });
      const failedAt = clock.monotonic();
      while (sent().length === attempt + 1) await clock.advance(100);
      gaps.push(Math.round((clock.monotonic() - failedAt) / 1_000));
    }
    expect(gaps).toEqual([1, 2, 4, 7, 14, 29, 54, 54]);
    expect(new Set(sent())).toEqual(new Set(['text 1']));
  });

  it('tries again at once when asked to, and goes on backing off from where it was', async () => {
    const { clock, sender, queue, sent, answer } = setUp();
    queue(7);
    sender.wake();
    await answer(0, FAILED);
    await clock.advance(1_000);
    await answer(1, FAILED);
    sender.retryNow();
    expect(sent().length).toBe(3);
    await answer(2, FAILED);
    await clock.advance(3_000);
    expect(sent().length).toBe(3);
    await clock.advance(1_000);
    expect(sent().length).toBe(4);
  });

  it('makes no attempt while offline, however long, and leaves the message as merely queued', async () => {
    const { clock, sender, network, queue, sent, outbox } = setUp();
    network.isOpen = false;
    const id = queue(7);
    sender.wake();
    await clock.advance(60 * 60 * 1_000);
    sender.retryNow();
    expect(sent()).toEqual([]);
    expect(outbox.find(id)?.state).toBe('sending');
    network.isOpen = true;
    sender.wake();
    expect(sent()).toEqual(['text 1']);
  });

  it('pauses for everybody until the server’s time is over, also when asked to retry', async () => {
    const { clock, sender, queue, sent, answer, outbox } = setUp();
    const id = queue(7);
    sender.wake();
    await answer(0, PAUSED);
    queue(8);
    sender.wake();
    sender.retryNow();
    expect(sender.pausedUntil()).toBe(clock.now() + 30_000);
    await clock.advance(29_900);
    expect(sent()).toEqual(['text 1']);
    expect(outbox.find(id)?.state).toBe('sending');
    await clock.advance(200);
    expect(sent()).toEqual(['text 1', 'text 1', 'text 2']);
    expect(sender.pausedUntil()).toBeNull();
  });

  it('pauses as long as the longest of several answers says, in whatever order they come', async () => {
    const { clock, sender, queue, sent, answer } = setUp();
    for (const peerId of [1, 2, 3]) queue(peerId);
    sender.wake();
    await answer(1, { ...PAUSED, seconds: 10 });
    await answer(0, PAUSED);
    await answer(2, { ...PAUSED, seconds: 1 });
    await clock.advance(29_900);
    expect(sent().length).toBe(3);
    await clock.advance(200);
    expect(sent()).toEqual(['text 1', 'text 2', 'text 3', 'text 1', 'text 2', 'text 3']);
  });

  it('is retrying from a failure until that message got through or is gone', async () => {
    const { sender, queue, answer, outbox } = setUp();
    queue(7);
    const given = queue(8);
    sender.wake();
    expect(sender.isRetrying()).toBe(false);
    await answer(0, FAILED);
    await answer(1, FAILED);
    sender.retryNow();
    await answer(2, SETTLED);
    expect(sender.isRetrying()).toBe(true);
    outbox.remove(given);
    await answer(3, FAILED);
    expect(sender.isRetrying()).toBe(false);
  });

  it('parks a refused message with its reason and goes on with the next', async () => {
    const { sender, queue, sent, answer, outbox, edits } = setUp();
    const refused = queue(7);
    queue(7);
    sender.wake();
    await answer(0, REFUSED);
    expect(sent()).toEqual(['text 1', 'text 2']);
    expect(outbox.find(refused)).toMatchObject({ state: 'refused', reason: { code: 'invalid_input' } });
    expect(edits.at(-1)?.changedInOutbox).toEqual(new Set([refused]));
    expect(outbox.waitingCount()).toBe(1);
    expect(outbox.count()).toBe(2);
  });

  it('sends a refused message that is queued again after the others, under the same id', async () => {
    const { sender, queue, sent, answer, outbox } = setUp();
    const refused = queue(7);
    queue(7);
    sender.wake();
    await answer(0, REFUSED);
    expect(outbox.requeue(refused)).toMatchObject({
      clientMessageId: refused,
      state: 'sending',
      reason: null,
    });
    await answer(1, SETTLED);
    expect(sent()).toEqual(['text 1', 'text 2', 'text 1']);
  });

  it('says nothing about a message that its echo settled while the attempt failed', async () => {
    const { sender, queue, answer, outbox, edits } = setUp();
    const id = queue(7);
    sender.wake();
    outbox.removeSettled(id);
    await answer(0, FAILED);
    expect(outbox.find(id)).toBeUndefined();
    expect(edits).toEqual([]);
  });

  it('does nothing more once stopped', async () => {
    const { clock, sender, queue, sent, answer } = setUp();
    queue(7);
    sender.wake();
    sender.stop();
    await answer(0, FAILED);
    sender.retryNow();
    await clock.advance(120_000);
    expect(sent().length).toBe(1);
  });
});

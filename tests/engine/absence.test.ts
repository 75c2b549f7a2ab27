/** Coming back after a long absence, with the engine in a process of its own so that only its work is measured. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createViews } from '../../electron/outbox/views.ts';
import { FEED_PAGE_SIZE } from '../../shared/limits.ts';
import { type Absence, beAway } from '../harness/long-absence.ts';
import { conversation, openDatabases, SELF_ID, uuid } from './support/builders.ts';

const MISSED = 10_000;
const UNSENT = 500;
const CONVERSATIONS = 10;
const CAUGHT_UP_MS = 15_000;

async function comeBack(isExpired: boolean) {
  const absence: Absence = {
    missed: MISSED,
    conversations: CONVERSATIONS,
    unsent: UNSENT,
    recipients: 5,
    isExpired,
  };
  const away = await beAway(absence);
  onTestFinished(away.dispose);
  const report = await away.comeBack();
  for (const [recipient, queued] of away.queued) {
    const { id } = await recipient.conversationWith('Jordan Reyes');
    const texts = await recipient.texts(id);
    expect(texts.filter((text) => text.startsWith('Unsent'))).toEqual(queued);
  }
  return report;
}

// Other programs on a busy machine lengthen everything that a clock can see, and the engine can do nothing about
// it. So of the time until all is settled that part does not count in which engine or server stood ready to run
// and others had the processors. How long one task keeps the loop is a figure of the bench; here it is enough that
// no task has more to do than a page.
describe('after ten thousand missed events, with five hundred messages to send', { timeout: 240_000 }, () => {
  it('everything is there and sent in order within 15 s, page by page', async () => {
    const report = await comeBack(false);
    expect(report.undisturbedMs).toBeLessThan(CAUGHT_UP_MS);
    expect(report.shown).toBe(MISSED + UNSENT);
    // One batch for a page or an acknowledgement, never one for each event.
    expect(report.batches).toBeLessThan(MISSED / FEED_PAGE_SIZE + UNSENT + 20);
    expect(report.largestBatch).toBeLessThan(FEED_PAGE_SIZE + CONVERSATIONS + 10);
  });

  it('a forgotten feed leads to a snapshot, and all that was unsent is sent once and in order', async () => {
    const report = await comeBack(true);
    expect(report.undisturbedMs).toBeLessThan(CAUGHT_UP_MS);
    expect(report.shown).toBeLessThan(MISSED);
  });
});

describe('the row of a person with a long queue', () => {
  const self = { id: SELF_ID, role: 'trainer', name: 'Jordan Reyes', email: 'jordan@example.com' } as const;

  it('shows the last unsent message and sorts by the last that will still be sent', () => {
    const { cache, outbox, marks } = openDatabases();
    const views = createViews({ cache, outbox, marks, self });
    cache.conversations.upsert(conversation({ id: 1 }), SELF_ID);
    for (let number = 1; number <= 60; number += 1) {
      const row = { clientMessageId: uuid(number), peerId: 101, content: `queued ${number}` };
      outbox.append({ ...row, queuedAt: '2026-01-01T00:00:00.000Z' });
      if (number > 20) outbox.setState(row.clientMessageId, 'refused', { code: 'forbidden' });
    }
    const pendingKey = views.conversation(101)?.sortKey;
    expect(views.conversation(101)?.preview).toMatchObject({ text: 'queued 60', delivery: 'refused' });
    for (let number = 1; number <= 19; number += 1) outbox.remove(uuid(number));
    expect(views.conversation(101)?.sortKey).toBe(pendingKey);
    outbox.remove(uuid(20));
    expect(views.conversation(101)?.sortKey).not.toBe(pendingKey);
    expect(views.conversations()).toEqual([views.conversation(101)]);
  });

  it('leaves out what the cache shows as sent, however much that is', () => {
    const { cache, outbox, marks } = openDatabases();
    const views = createViews({ cache, outbox, marks, self });
    cache.conversations.upsert(conversation({ id: 1 }), SELF_ID);
    for (let number = 1; number <= 40; number += 1) {
      const row = { clientMessageId: uuid(number), peerId: 101, content: `queued ${number}` };
      outbox.append({ ...row, queuedAt: '2026-01-01T00:00:00.000Z' });
      if (number === 1) continue;
      const createdAt = '2026-01-01T00:00:01.000Z';
      const { clientMessageId, content } = row;
      cache.messages.upsert({
        id: number,
        conversationId: 1,
        seq: number,
        senderId: SELF_ID,
        clientMessageId,
        content,
        createdAt,
      });
    }
    expect(views.conversation(101)?.preview).toMatchObject({ text: 'queued 1', delivery: 'sending' });
  });
});

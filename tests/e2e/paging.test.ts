import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../shared/wire/entities.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { scrollThrough } from '../harness/steadiness.ts';
import { TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';

/** Messages in a page, by the specification. */
const PAGE_SIZE = 20;

describe('a long conversation', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let name: string;
  let history: readonly Message[];
  let trainee: TraineeClient;
  let jordan: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    jordan = await TraineeClient.signIn(backend.url, 'trainer@demo.test');
    const longest = (await jordan.conversations()).toSorted((a, b) => b.lastSeq - a.lastSeq)[0];
    if (longest === undefined) throw new Error('The demo has no conversation.');
    await jordan.markRead(longest.id, longest.lastSeq);
    name = longest.trainee.name;
    conversationId = longest.id;
    const email = (await jordan.trainees()).find(({ id }) => id === longest.trainee.id)?.email ?? '';
    trainee = await TraineeClient.signIn(backend.url, email);
    history = await jordan.messages(longest.id);
    proxy = await parts.proxy(backend.url);
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.openThread(name);
    await app.bubbles(name).last().waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  it('opens at its newest message', async () => {
    const newest = history.at(-1);
    await app
      .bubble(name, newest?.content ?? '')
      .last()
      .waitFor();
    expect(history.length).toBeGreaterThan(3 * PAGE_SIZE);
  });

  it('loads older messages upward, down to the first (AC-10)', async () => {
    const first = history[0]?.content ?? 'no message';
    expect((await scrollThrough(app, -400, first)).endText).toContain(first);
  });

  it('has asked the server for pages of 20 by seq, never by offset', () => {
    const pages = proxy.requests
      .filter(({ path }) => /\/conversations\/\d+\/messages\?/.test(path))
      .map(({ path }) => new URL(path, 'http://proxy.test').searchParams);
    expect(pages.length).toBeGreaterThan(2);
    for (const query of pages) {
      expect(Number(query.get('limit') ?? PAGE_SIZE)).toBe(PAGE_SIZE);
      expect([...query.keys()].filter((key) => key !== 'limit' && key !== 'before')).toEqual([]);
    }
  });

  it('stays where it is and reads nothing while scrolled up, and offers the new messages instead (A3)', async () => {
    await app.takeFocus();
    const unreadBefore = await jordan.unreadCount();
    const before = await app.bubbles(name).first().boundingBox();
    await trainee.send(conversationId, 'New one');
    await trainee.send(conversationId, 'New two');
    const offer = app.page.getByRole('button', { name: '2 new messages' });
    await offer.waitFor();
    expect((await app.bubbles(name).first().boundingBox())?.y).toBeCloseTo(before?.y ?? Number.NaN, 0);
    const allRead = (timeoutMs: number) =>
      waitFor('all to be read', async () => (await jordan.unreadCount()) === unreadBefore, timeoutMs);
    await expect(allRead(1_500)).rejects.toThrow('Waited 1500 ms');
    await offer.click();
    await app.bubble(name, 'New two').waitFor();
    await offer.waitFor({ state: 'detached' });
    await allRead(15_000);
  });
});

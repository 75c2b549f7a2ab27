import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import type { Message } from '../../shared/wire/entities.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

/** Pixels that a message on screen may move when older ones are put before it. */
const MAX_SHIFT_PX = 2;

interface PrependReport {
  /** How far the watched message moved while older ones came in, in CSS pixels. */
  readonly shift: number;
  readonly grew: boolean;
}

describe('a long conversation', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let name: string;
  let history: readonly Message[];
  let trainee: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    const jordan = await TraineeClient.signIn(backend.url, 'trainer@demo.test');
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

  /**
   * Scrolls to the top of what is loaded and watches the first visible message until older ones have come
   * in before it, or until nothing grew for as long as a page may take.
   */
  const scrollToTop = (): Promise<PrependReport> =>
    app.thread(name).evaluate(async (log) => {
      const isScroller = (element: Element) =>
        /auto|scroll/.test(getComputedStyle(element).overflowY) &&
        element.scrollHeight > element.clientHeight;
      const scroller =
        [log, ...log.querySelectorAll('*')].find(isScroller) ?? log.closest('.overflow-y-auto');
      if (!scroller) throw new Error('The thread does not scroll.');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      scroller.scrollTop = 0;
      await frame();
      await frame();
      const top = scroller.getBoundingClientRect().top;
      const watched = [...log.querySelectorAll('[role=listitem], li')].find(
        (item) => item.getBoundingClientRect().bottom > top,
      );
      if (watched === undefined) throw new Error('No message is visible.');
      const position = watched.getBoundingClientRect().top;
      const height = scroller.scrollHeight;
      let shift = 0;
      let framesAfterGrowth = 0;
      const deadline = performance.now() + 3_000;
      while (performance.now() < deadline && framesAfterGrowth < 20) {
        await frame();
        shift = Math.max(shift, Math.abs(watched.getBoundingClientRect().top - position));
        if (scroller.scrollHeight !== height) framesAfterGrowth += 1;
      }
      return { shift, grew: framesAfterGrowth > 0 };
    });

  it('opens at its newest message', async () => {
    const newest = history.at(-1);
    await app
      .bubble(name, newest?.content ?? '')
      .last()
      .waitFor();
    expect(history.length).toBeGreaterThan(3 * MESSAGE_PAGE_SIZE);
  });

  it('loads older messages upward without moving what is on screen, down to the first', async () => {
    const first = history[0]?.content ?? '';
    const seen = new Set<string>();
    let prepends = 0;
    for (let page = 0; page < Math.ceil(history.length / MESSAGE_PAGE_SIZE) + 2; page += 1) {
      const { shift, grew } = await scrollToTop();
      expect(shift).toBeLessThanOrEqual(MAX_SHIFT_PX);
      for (const text of await app.bubbles(name).allInnerTexts()) seen.add(text);
      if (!grew) break;
      prepends += 1;
    }
    await app.bubble(name, first).first().waitFor();
    expect(seen.size).toBeGreaterThan(MESSAGE_PAGE_SIZE);
    expect(prepends).toBeGreaterThanOrEqual(3);
  });

  it('has asked the server for pages of 20 by seq, never by offset', () => {
    const pages = proxy.requests
      .filter(({ path }) => /\/conversations\/\d+\/messages\?/.test(path))
      .map(({ path }) => new URL(path, 'http://proxy.test').searchParams);
    expect(pages.length).toBeGreaterThan(2);
    for (const query of pages) {
      expect(Number(query.get('limit') ?? MESSAGE_PAGE_SIZE)).toBe(MESSAGE_PAGE_SIZE);
      expect([...query.keys()].filter((key) => key !== 'limit' && key !== 'before')).toEqual([]);
    }
  });

  it('stays where it is while scrolled up, and offers the new messages instead', async () => {
    const before = await app.bubbles(name).first().boundingBox();
    await trainee.send(conversationId, 'New one');
    await trainee.send(conversationId, 'New two');
    const offer = app.page.getByRole('button', { name: '2 new messages' });
    await offer.waitFor();
    expect((await app.bubbles(name).first().boundingBox())?.y).toBeCloseTo(before?.y ?? Number.NaN, 0);
    await offer.click();
    await app.bubble(name, 'New two').waitFor();
    await offer.waitFor({ state: 'detached' });
  });
});

import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { faults } from '../harness/faults.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';
import { resizeWindow } from '../harness/window-size.ts';

const MAYA = 'Maya Chen';
const ZOE = 'Zoë Martin';
const WIDE = { width: 1_200, height: 800 };

describe('the layout', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await resizeWindow(app, WIDE);
  });
  beforeEach(() => pictureOnFailure(app));

  /** Whether some of it is on the screen. */
  const isSeen = (name: 'list' | 'chat'): Promise<boolean> =>
    (name === 'list' ? app.conversationList() : app.thread(MAYA)).isVisible();

  /** How many things shimmer. */
  const moving = (): Promise<number> =>
    app.page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((animation) => animation instanceof CSSAnimation && animation.animationName === 'shimmer')
          .length,
    );

  it('shows five rows that shimmer while the inbox is read for the first time (UX-1)', async () => {
    // Signing in asks for one row, to know the server.
    const held = proxy.addRule(
      ({ path }) => /\/snapshot\?(?!limit=1$)/.test(path),
      faults.holdRequest,
      Number.POSITIVE_INFINITY,
    );
    // Where this fails, the tests below get their answers all the same.
    onTestFinished(() => held.remove());
    await app.submitSignIn(proxy.url, 'trainer@demo.test');
    const skeleton = app.page.getByRole('status', { name: 'Loading conversations' });
    await skeleton.waitFor();
    expect(await skeleton.locator('> *').count()).toBe(5);
    expect(await moving()).toBe(5);
    held.remove();
    await app.conversation(MAYA).waitFor();
    expect(await moving()).toBe(0);
  });

  it('shows in each row who it is, what was said last, when, and how much is unread (AC-11)', async () => {
    const row = app.conversation(MAYA);
    await row.waitFor();
    // The initials, the name, the time, the last message and the count.
    expect((await row.innerText()).split('\n').filter((line) => line.trim() !== '')).toEqual([
      `${MAYA}, 2 unread`,
      'MC',
      MAYA,
      expect.stringMatching(/^(\d{1,2}:\d\d [AP]M|Yesterday|\d+m ago)$/),
      'Do I run the last tempo on Wednesday or leave it out?',
      '2',
    ]);
  });

  it('has the list at 300 px on the left and the chat in all the rest (AC-14, UX-7)', async () => {
    await app.openThread(MAYA);
    await app.bubbles(MAYA).last().waitFor();
    const rail = await app.page.getByRole('navigation', { name: 'Main' }).boundingBox();
    const list = await app.page.getByRole('region', { name: 'Inbox' }).boundingBox();
    const chat = await app.page.getByRole('main').boundingBox();
    const listLeft = rail?.width ?? 0;
    // One of the 300 pixels is the line between the two.
    expect(list).toEqual({ x: listLeft, y: 0, width: 299, height: WIDE.height });
    expect(chat).toEqual({
      x: listLeft + 300,
      y: 0,
      width: WIDE.width - listLeft - 300,
      height: WIDE.height,
    });
  });

  it('marks own messages with one blue check when sent and two when read (UX-5)', async () => {
    const marks = async () => {
      const mark = app.bubble(MAYA, 'How did it go?').locator('svg');
      return {
        strokes: await mark.locator('path').count(),
        colour: await mark.evaluate((element) => getComputedStyle(element).color),
      };
    };
    await app.page.emulateMedia({ colorScheme: 'light' });
    await app.write(MAYA, 'How did it go?');
    await app.waitForDelivery(MAYA, 'How did it go?', 'Sent');
    const blue = 'rgb(36, 86, 208)';
    expect(await marks()).toEqual({ strokes: 1, colour: blue });
    const { seq } = await maya.received('How did it go?');
    await maya.markRead(conversationId, seq);
    await app.waitForDelivery(MAYA, 'How did it go?', 'Read');
    expect(await marks()).toEqual({ strokes: 2, colour: blue });
  });

  it('shows one panel at a time below 720 px, with Back (UX-6)', async () => {
    await resizeWindow(app, { width: 720, height: 800 });
    expect([await isSeen('list'), await isSeen('chat')]).toEqual([true, true]);
    await resizeWindow(app, { width: 719, height: 800 });
    expect([await isSeen('list'), await isSeen('chat')]).toEqual([false, true]);
    const writing = await app.composer(MAYA).boundingBox();
    expect((writing?.y ?? 0) + (writing?.height ?? 0)).toBeGreaterThan(800 - 40);
    await app.page.getByRole('button', { name: 'Back', exact: true }).click();
    expect([await isSeen('list'), await isSeen('chat')]).toEqual([true, false]);
    await app.openThread(MAYA);
    expect(await isSeen('list')).toBe(false);
    await resizeWindow(app, WIDE);
  });

  it('shows bubbles that shimmer, or stand still for those who want no motion, while a thread is loaded (UX-1)', async () => {
    const held = proxy.addRule(
      ({ method, path }) => method === 'GET' && path.includes('/messages?'),
      faults.holdRequest,
      Number.POSITIVE_INFINITY,
    );
    onTestFinished(() => held.remove());
    await app.conversation(ZOE).click();
    const skeleton = app.page.getByRole('status', { name: 'Loading messages' });
    await skeleton.waitFor();
    expect(await moving()).toBe(await skeleton.locator('span').count());
    await app.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toBe(0);
    await app.page.emulateMedia({ reducedMotion: 'no-preference' });
    held.remove();
    await app.bubbles(ZOE).last().waitFor();
    expect(await moving()).toBe(0);
  });
});

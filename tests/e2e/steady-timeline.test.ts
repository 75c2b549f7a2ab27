import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { storeMissedMessages, storeTrainees, talkOf } from '../harness/backend-history.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { scrollThrough, scrollThroughList, watchPlace, type PlaceReport } from '../harness/steadiness.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

/** Pixels that a message on screen may move without the reader's doing. */
const MAX_SHIFT_PX = 2;
const STORED = 900;
/** More than are drawn at once. */
const CONVERSATIONS = 120;
/** Faster than Page Up held down, in pixels a frame. */
const SCROLLED_PX = 480;

describe('a thread that is being read', () => {
  const parts = partsOfThisFile();
  const worst: string[] = [];
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let name: string;
  let trainee: TraineeClient;
  let conversationId: number;
  let firstText: string;

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    storeMissedMessages({
      database: backend.database,
      trainerEmail: 'trainer@demo.test',
      count: STORED,
      conversations: 1,
      write: talkOf(STORED, Date.now()),
    });
    storeTrainees(backend.database, 'trainer@demo.test', CONVERSATIONS);
    const jordan = await TraineeClient.signIn(backend.url, 'trainer@demo.test');
    const [talk] = (await jordan.conversations()).toSorted((a, b) => b.lastSeq - a.lastSeq);
    if (talk === undefined) throw new Error('The demo has no conversation.');
    await jordan.markRead(talk.id, talk.lastSeq);
    name = talk.trainee.name;
    conversationId = talk.id;
    firstText = (await jordan.texts(talk.id))[0] ?? '';
    const email = (await jordan.trainees()).find(({ id }) => id === talk.trainee.id)?.email ?? '';
    trainee = await TraineeClient.signIn(backend.url, email);
    proxy = await parts.proxy(backend.url);
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.takeFocus();
    await app.openThread(name);
    await app.bubbles(name).last().waitFor();
  });
  beforeEach(() => pictureOnFailure(app));
  afterAll(() => void process.stderr.write(`How far a message moved:\n  ${worst.join('\n  ')}\n`));

  /** Height of what is loaded, in CSS pixels. */
  const loadedHeight = (): Promise<number> => app.thread(name).evaluate((log) => log.scrollHeight);
  const scrollTop = (): Promise<number> => app.thread(name).evaluate((log) => log.scrollTop);

  /** Scrolls as a person does, in steps, and waits until nothing moves any more. */
  const scrollTo = (top: number): Promise<void> =>
    app.thread(name).evaluate(async (log, wanted) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      log.scrollTop = wanted;
      let [still, last] = [0, Number.NaN];
      while (still < 8) {
        await frame();
        still = log.scrollTop + log.scrollHeight === last ? still + 1 : 0;
        last = log.scrollTop + log.scrollHeight;
      }
    }, top);
  const toEnd = (): Promise<void> => scrollTo(Number.MAX_SAFE_INTEGER);
  /** Some views above the end, in the midst of messages that were all measured. */
  const toMiddle = async (): Promise<void> => {
    await toEnd();
    await scrollTo((await scrollTop()) - 900);
    await app.page.getByRole('button', { name: 'To the newest message' }).waitFor();
  };
  const contentBounds = () =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getContentBounds());
  const resizeTo = async (width: number, height: number): Promise<void> => {
    await app.electron.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await app.page.waitForFunction((wanted) => Math.abs(innerWidth * devicePixelRatio - wanted) < 2, width);
  };

  const expectSteady = (what: string, report: PlaceReport): void => {
    worst.push(`${what}: ${report.shift.toFixed(2)} px in ${report.frames} frames`);
    expect(report, what).toMatchObject({ isGone: false, holes: 0 });
    expect(report.shift, `${what}, watching "${report.watched}"`).toBeLessThanOrEqual(MAX_SHIFT_PX);
  };

  it.each([0, 20, 99, 400])(
    'keeps its place while older messages come in at %i px from the top (I1)',
    async (top) => {
      await toEnd();
      const before = await loadedHeight();
      // Held back until the reader is where the test wants them.
      const held = proxy.addRule(({ path }) => /\/messages\?/.test(path), faults.holdRequest, 9);
      await scrollTo(top);
      const report = await watchPlace(app, 'first', async () => {
        held.remove();
        await eventually(async () => (await loadedHeight()) - before).toBeGreaterThan(400);
      });
      expectSteady(`prepend at ${top}`, report);
    },
  );

  it('keeps its place while new messages come in below (A3, I2)', async () => {
    await toMiddle();
    const report = await watchPlace(app, 'first', async () => {
      await trainee.send(conversationId, 'Steady one');
      await trainee.send(conversationId, 'Steady two\nwith a second line');
      await app.page.getByRole('button', { name: '2 new messages' }).waitFor();
    });
    expectSteady('append', report);
  });

  it.each([
    ['wholly above the view', -2],
    ['across the upper edge', -1],
    ['in view', 1],
  ] as const)('keeps its place when a message grows late, %s', async (where, offset) => {
    await toMiddle();
    const report = await watchPlace(app, 'first', () =>
      app.thread(name).evaluate((log, from) => {
        const items = [...log.querySelectorAll<HTMLElement>('[role=listitem]')];
        const { top } = log.getBoundingClientRect();
        const first = items.findIndex((item) => item.getBoundingClientRect().top >= top - 1);
        const grown = items[first + from]?.firstElementChild;
        if (!(grown instanceof HTMLElement)) throw new Error('There is no such message.');
        grown.style.paddingBottom = '61px';
      }, offset),
    );
    expectSteady(`late growth ${where}`, report);
  });

  it('keeps its place when the window gets narrower, wider, lower and higher', async () => {
    const bounds = await contentBounds();
    if (bounds === undefined) throw new Error('There is no window.');
    await toMiddle();
    for (const [width, height] of [
      [900, bounds.height],
      [1180, bounds.height],
      [1180, 560],
      [bounds.width, bounds.height],
    ] as const) {
      const report = await watchPlace(app, 'first', () => resizeTo(width, height));
      expectSteady(`window ${width} × ${height}`, report);
    }
  });

  it('stays at the end when the window changes and the writer’s text grows', async () => {
    const bounds = await contentBounds();
    if (bounds === undefined) throw new Error('There is no window.');
    await toEnd();
    for (const [width, height] of [
      [880, 520],
      [bounds.width, bounds.height],
    ] as const) {
      expectSteady(
        `end, window ${width} × ${height}`,
        await watchPlace(app, 'last', () => resizeTo(width, height)),
      );
    }
    const report = await watchPlace(app, 'last', async () => {
      await app.composer(name).fill('one\ntwo\nthree\nfour\nfive\nsix');
      await app.composer(name).fill('');
    });
    expectSteady('end, composer grows', report);
  });

  it('keeps its place while the writer’s text grows', async () => {
    await toMiddle();
    const report = await watchPlace(app, 'first', async () => {
      await app.composer(name).fill('one\ntwo\nthree\nfour\nfive\nsix');
      await app.composer(name).fill('');
    });
    expectSteady('composer grows', report);
  });

  it('keeps its place at every zoom, and when letters get larger', async () => {
    await toMiddle();
    for (const level of [1, 2, -1, 0]) {
      const report = await watchPlace(app, 'first', async () => {
        const before = await app.page.evaluate(() => devicePixelRatio);
        await app.electron.evaluate(({ BrowserWindow }, wanted) => {
          BrowserWindow.getAllWindows()[0]?.webContents.setZoomLevel(wanted);
        }, level);
        await app.page.waitForFunction((ratio) => devicePixelRatio !== ratio, before);
      });
      expectSteady(`zoom level ${level}`, report);
    }
    for (const rule of [
      '[role=log] [dir] { font-size: 19px !important; line-height: 26px !important }',
      '',
    ]) {
      const report = await watchPlace(app, 'first', () =>
        app.page.evaluate((css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
        }, rule),
      );
      expectSteady(rule === '' ? 'letters get smaller' : 'letters get larger', report);
    }
  });

  it('keeps its place when a banner comes and goes above it', async () => {
    await toMiddle();
    const report = await watchPlace(app, 'first', async () => {
      await proxy.refuse();
      const banner = app.page.getByRole('status', { name: 'Reconnecting...' });
      await banner.waitFor();
      await proxy.pass();
      await banner.waitFor({ state: 'detached' });
    });
    expectSteady('banner', report);
  });

  it('shows 900 messages from end to end and back without a hole or a jump', async () => {
    await trainee.send(conversationId, 'The very last');
    await app.bubble(name, 'The very last').waitFor({ state: 'attached' });
    await toEnd();
    for (const [way, pxPerFrame, stopAt] of [
      ['up', -SCROLLED_PX, firstText],
      ['down', SCROLLED_PX, 'The very last'],
    ] as const) {
      const report = await scrollThrough(app, pxPerFrame, stopAt);
      const { frameMs, ...rest } = report;
      worst.push(
        `${way} through ${STORED}: ${JSON.stringify(rest)}, slowest ${Math.max(...frameMs).toFixed(0)} ms`,
      );
      expect(report).toMatchObject({ holes: 0, endText: expect.stringContaining(stopAt) as string });
      expect(report.jump).toBeLessThanOrEqual(MAX_SHIFT_PX);
      expect(report.mostRows).toBeLessThan(200);
    }
  });

  it('shows every conversation in passing, and leaves the keyboard where it was in the list', async () => {
    const current = app.conversationList().locator('[role=option]:focus');
    await app.conversation(name).focus();
    await app.page.keyboard.press('ArrowDown');
    const focused = await current.getAttribute('data-peer');
    const last = `Trainee ${CONVERSATIONS}`;
    const report = await scrollThroughList(app, SCROLLED_PX, last);
    expect(report).toMatchObject({ holes: 0, endText: expect.stringContaining(last) as string });
    expect(report.mostRows).toBeLessThan(60);
    expect(await current.getAttribute('data-peer')).toBe(focused);
  });
});

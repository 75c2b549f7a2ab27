import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { watchPage, type PageWatch } from '../harness/page-watch.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';

const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['a script element', '<script>document.title = "owned"</script>'],
  ['an image with a handler', '<img src=x onerror="document.title=\'owned\'">'],
  [
    'a remote image and a frame',
    '<img src="https://evil.test/a.png"><iframe src="https://evil.test"></iframe>',
  ],
  ['template and entity syntax', '${7*7} {{7*7}} &lt;b&gt; &amp; <b>bold</b>'],
  ['a link with a script', '[click](javascript:alert(1)) javascript:alert(1)'],
  ['right-to-left overrides', 'safe \u202egnp.exe\u202c end'],
  ['right-to-left text', 'שלום, אימון מחר בשש?'],
  ['emoji families', '👨‍👩‍👧‍👦 👍🏽 🏋🏿‍♀️ 🇫🇷'],
  ['stacked combining marks', `Z${'\u0336\u0310\u0489'.repeat(30)}algo`],
  ['lines and indentation', 'Plan:\n  1. squat\n\n  2. rest\tlong'],
  ['one word of 2,000 characters', 'W'.repeat(2_000)],
];

describe('hostile text', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;
  let watched: PageWatch;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0' });
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    watched = watchPage(app.page);
    await app.signIn(backend.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  /** How many bubbles have one element that holds exactly this text and no element but links. */
  const bubblesWith = (text: string) =>
    app
      .bubbles(MAYA)
      .evaluateAll(
        (items, wanted) =>
          items.filter((item) =>
            [...item.querySelectorAll('*')].some(
              (element) =>
                element.textContent === wanted &&
                [...element.children].every((child) => child.tagName === 'A' && child.children.length === 0),
            ),
          ).length,
        text,
      );

  it.each(HOSTILE)('from the trainee is shown as it is: %s', async (_what, text) => {
    const { content } = await maya.send(conversationId, text);
    expect(content).toBe(text.normalize('NFC'));
    await eventually(() => bubblesWith(content)).toBe(1);
    const shown = content.replace(/\s+/g, ' ').slice(0, 40);
    await eventually(async () => (await app.conversation(MAYA).textContent())?.includes(shown)).toBe(true);
  });

  it.each(HOSTILE)('from the trainer arrives as it was typed: %s', async (_what, text) => {
    const typed = `${text.slice(0, 1_990)} (me)`;
    await app.composer(MAYA).fill(typed);
    await app.composer(MAYA).press('Enter');
    expect((await maya.received(typed.normalize('NFC'))).content).toBe(typed.normalize('NFC'));
    await eventually(() => bubblesWith(typed.normalize('NFC'))).toBe(1);
  });

  it('never makes the thread scroll sideways', async () => {
    const overflow = await app.thread(MAYA).evaluate((log) =>
      [log, ...log.querySelectorAll('*')]
        // The thread hides what is too wide: nobody could read it there either. Inline elements have no width.
        .filter((element) => element.closest('.sr-only') === null && element.clientWidth > 0)
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ tagName, className }) => `${tagName}.${className}`),
    );
    expect(overflow).toEqual([]);
    const width = await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(width).toBeLessThanOrEqual(0);
  });

  it('runs nothing, loads nothing and breaks no policy', async () => {
    expect(await app.page.title()).not.toContain('owned');
    expect(watched.dialogs).toEqual([]);
    expect(watched.foreignRequests).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
    const elements = 'img, script, iframe, a:not([href^="https://"])';
    expect(await app.thread(MAYA).locator(elements).count()).toBe(0);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults, type Fault, type SeenRequest } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';
import { settings } from '../torture/support/settings.ts';

const MAYA = 'Maya Chen';
/** The function of the window that is called with the text of a bubble that has come up. */
const TELL = 'tellBubble';

const isSend = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/messages');

/** What happens on the way to the server to the requests to send. */
const ROADS: readonly (Fault | null)[] = [null, faults.holdRequest, faults.loseAnswer, faults.unavailable];

interface Round {
  /** Texts to write; the app is killed after the last. */
  readonly texts: readonly string[];
  readonly road: Fault | null;
  /** From the last Enter to the kill. */
  readonly delayMs: number;
}

const random = seededRandom(settings.seed);
const rounds: readonly Round[] = Array.from({ length: settings.kills }, (_, index) => ({
  texts: Array.from(
    { length: 1 + random.below(3) },
    (_text, number) => `Kill ${index + 1}, text ${number + 1}`,
  ),
  road: random.pick(ROADS),
  // What matters happens soon after the key: half of the kills come within the first tenth of the time.
  delayMs: random.below(random.next() < 0.5 ? 40 : 400),
}));

describe(`the app killed just after Enter (seed ${settings.seed})`, () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;
  /** Every text whose bubble was seen, over all rounds. */
  const shown = new Set<string>();

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0' });
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await comeBack();
  });
  beforeEach(() => pictureOnFailure(app));

  /** Signs in, opens the thread, and has every bubble that comes up told. */
  async function comeBack(): Promise<void> {
    await app.page.exposeFunction(TELL, (text: string) => void shown.add(text));
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
    await app.thread(MAYA).evaluate((thread, tellName) => {
      const tell: unknown = Reflect.get(window, tellName);
      const told = new Set<string>();
      new MutationObserver(() => {
        for (const bubble of thread.querySelectorAll('[role="listitem"] > [dir="auto"]')) {
          const text = bubble.textContent ?? '';
          if (typeof tell === 'function' && text.startsWith('Kill ') && !told.has(text)) tell(text);
          told.add(text);
        }
      }).observe(thread, { childList: true, subtree: true, characterData: true });
    }, TELL);
  }

  const stored = async () => (await maya.texts(conversationId)).filter((text) => text.startsWith('Kill '));

  it.each(rounds)(
    'shows what it had shown before the kill after $delayMs ms',
    async ({ texts, road, delayMs }) => {
      const rule = road ? proxy.addRule(isSend, road, Number.POSITIVE_INFINITY) : null;
      for (const text of texts.slice(0, -1)) {
        await app.write(MAYA, text);
        await app.bubble(MAYA, text).waitFor();
      }
      const last = texts.at(-1) ?? '';
      await app.composer(MAYA).fill(last);
      const pressed = app.composer(MAYA).press('Enter');
      // The window may be gone before the key is confirmed.
      await Promise.all([app.killAfter(delayMs), pressed.catch(() => undefined)]);
      rule?.remove();

      await app.start();
      await comeBack();
      for (const text of texts.filter((candidate) => shown.has(candidate))) {
        await app.bubble(MAYA, text).waitFor();
        expect(await app.bubble(MAYA, text).count()).toBe(1);
      }
      await eventually(async () => {
        const now = await stored();
        return texts.filter((text) => shown.has(text) && !now.includes(text));
      }).toEqual([]);
    },
  );

  it('has lost nothing, doubled nothing and kept the order in the end', async () => {
    const written = rounds.flatMap(({ texts }) => texts);
    const now = await stored();
    expect(now).toEqual(written.filter((text) => now.includes(text)));
    expect(written.filter((text) => shown.has(text) && !now.includes(text))).toEqual([]);
    expect(shown.size).toBeGreaterThan(0);
  });
});

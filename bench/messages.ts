/** How fast a message travels through the real app: Enter to screen, Enter to server, server to screen. */
import { AppUnderTest } from '../tests/harness/app.ts';
import { startBackend } from '../tests/harness/backend.ts';
import { TraineeClient } from '../tests/harness/trainee-client.ts';
import { z } from '../shared/schema.ts';
import { summarise, type Measurement } from './stats.ts';

const MAYA = 'Maya Chen';

const stampsSchema = z.array(
  z.object({ text: z.string(), enterAt: z.number().nullable(), paintedAt: z.number().nullable() }),
);

/**
 * Runs inside the window: notes when Enter went down for a text, and when the frame that shows its bubble
 * was through. Milliseconds since 1970 by the computer's clock, with fractions.
 */
function installStopwatch(threadName: string): void {
  const stamps = new Map<string, { text: string; enterAt: number | null; paintedAt: number | null }>();
  const stampOf = (text: string) => {
    const stamp = stamps.get(text) ?? { text, enterAt: null, paintedAt: null };
    stamps.set(text, stamp);
    return stamp;
  };
  const wallClock = (sincePageStart: number) => Date.now() - (performance.now() - sincePageStart);
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLTextAreaElement)) return;
      stampOf(event.target.value).enterAt = wallClock(event.timeStamp);
    },
    { capture: true },
  );
  const afterPaint = (task: () => void) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = task;
      port2.postMessage(null);
    });
  };
  new MutationObserver((records) => {
    for (const added of records.flatMap((record) => [...record.addedNodes])) {
      if (
        !(added instanceof HTMLElement) ||
        added.closest(`[role=log][aria-label="${threadName}"]`) === null
      ) {
        continue;
      }
      const text = /Bench \w+ \d+/.exec(added.textContent)?.[0];
      if (text === undefined || stampOf(text).paintedAt !== null) continue;
      afterPaint(() => {
        stampOf(text).paintedAt ??= wallClock(performance.now());
      });
    }
  }).observe(document.body, { childList: true, subtree: true });
  Reflect.set(window, 'benchStamps', () => [...stamps.values()]);
}

/** Measures `count` messages each way on one open thread. */
export async function measureMessages(count: number): Promise<readonly Measurement[]> {
  const backend = await startBackend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
  let app: AppUnderTest | null = null;
  let maya: TraineeClient | null = null;
  try {
    maya = await TraineeClient.online(backend.url, 'maya@demo.test');
    const { id } = await maya.conversationWith('Jordan Reyes');
    app = await AppUnderTest.launch();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
    await app.page.evaluate(installStopwatch, `Messages with ${MAYA}`);

    const stored = new Map<string, number>();
    const postedAt = new Map<string, number>();
    for (let index = 1; index <= count; index += 1) {
      const own = `Bench out ${index}`;
      await app.composer(MAYA).fill(own);
      await app.composer(MAYA).press('Enter');
      stored.set(own, Date.parse((await maya.received(own)).createdAt));
      await app.waitForDelivery(MAYA, own, 'Sent');
      const theirs = `Bench in ${index}`;
      postedAt.set(theirs, Date.now());
      await maya.send(id, theirs);
      await app.bubble(MAYA, theirs).waitFor();
    }
    const stamps = stampsSchema.parse(
      await app.page.evaluate(() => {
        const read: unknown = Reflect.get(window, 'benchStamps');
        return typeof read === 'function' ? (read() as unknown) : null;
      }),
    );
    const differences = (
      begin: (stamp: (typeof stamps)[number]) => number | null | undefined,
      end: (stamp: (typeof stamps)[number]) => number | null | undefined,
    ) =>
      stamps.flatMap((stamp) => {
        const [from, to] = [begin(stamp), end(stamp)];
        return typeof from === 'number' && typeof to === 'number' ? [to - from] : [];
      });
    return [
      summarise(
        'Enter to painted bubble',
        'in the window: keydown to the task after the frame in which the bubble is in the document',
        differences(
          ({ enterAt }) => enterAt,
          ({ paintedAt }) => paintedAt,
        ),
      ),
      summarise(
        'Enter to stored at the server',
        'keydown in the window to createdAt of the stored message; one clock, resolution 1 ms',
        differences(
          ({ enterAt }) => enterAt,
          ({ text }) => stored.get(text),
        ),
      ),
      summarise(
        'POST to painted at the trainer',
        'start of the trainee’s POST to the task after the frame in which the bubble is in the document',
        differences(
          ({ text }) => postedAt.get(text),
          ({ paintedAt }) => paintedAt,
        ),
      ),
    ];
  } finally {
    maya?.disconnect();
    await app?.dispose();
    await backend.dispose();
  }
}

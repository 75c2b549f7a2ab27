/** How soon what a person types is on the screen, and whether the main process keeps up meanwhile. */
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from './app.ts';

const samplesSchema = z.array(z.number());
const gapSchema = z.number();

/** Runs inside the window: for each character, milliseconds from keydown until the frame with it is through. */
function installKeyWatch(): void {
  const samples: number[] = [];
  let pressedAt: number | null = null;
  document.addEventListener('keydown', (event) => (pressedAt = event.timeStamp), { capture: true });
  document.addEventListener('input', () => {
    const from = pressedAt;
    pressedAt = null;
    if (from === null) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => samples.push(performance.now() - from));
      port1.start();
      port2.postMessage(null);
    });
  });
  Reflect.set(window, 'keySamples', () => samples);
}

/** Runs inside the main process: remembers the longest time in which its event loop did not turn. */
function installLoopWatch(): void {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 10);
    last = now;
  }, 10);
  Reflect.set(globalThis, 'endLoopWatch', () => {
    clearInterval(timer);
    return longest;
  });
}

/** What was found while somebody typed. */
export interface InputLatency {
  /** Milliseconds from keydown to the painted character, one for each. */
  readonly keys: readonly number[];
  /** Milliseconds for which the main process's event loop stood still at most. */
  readonly longestBlock: number;
}

/** Types `text` into what has the focus, a key every 40 ms, and measures meanwhile. */
export async function typeAndMeasure({ page, electron }: AppUnderTest, text: string): Promise<InputLatency> {
  await page.evaluate(installKeyWatch);
  await electron.evaluate(installLoopWatch);
  await page.keyboard.type(text, { delay: 40 });
  const longestBlock: unknown = await electron.evaluate(() => {
    const end: unknown = Reflect.get(globalThis, 'endLoopWatch');
    return typeof end === 'function' ? (end() as unknown) : null;
  });
  const keys: unknown = await page.evaluate(() => {
    const read: unknown = Reflect.get(window, 'keySamples');
    return typeof read === 'function' ? (read() as unknown) : null;
  });
  return { keys: samplesSchema.parse(keys), longestBlock: gapSchema.parse(longestBlock) };
}

/** Whether typing stays quick while the server is slow and messages queue up. */
import { AppUnderTest } from '../tests/harness/app.ts';
import { startBackend } from '../tests/harness/backend.ts';
import { startFaultProxy, type FaultProxy } from '../tests/harness/fault-proxy.ts';
import { typeAndMeasure } from '../tests/harness/input-latency.ts';
import { seededRandom } from '../tests/harness/seeded-random.ts';
import { waitFor } from '../tests/harness/wait.ts';
import { summarise, type Measurement } from './stats.ts';

const MAYA = 'Maya Chen';
const QUEUED = 20;
const SENTENCE = 'The quick brown fox jumps over the lazy dog. ';

/** Measures at least `count` keys while 20 messages wait for answers that take two to eight seconds each. */
export async function measureSlowServer(count: number): Promise<readonly Measurement[]> {
  const backend = await startBackend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
  let proxy: FaultProxy | null = null;
  let app: AppUnderTest | null = null;
  try {
    proxy = await startFaultProxy(backend.url);
    app = await AppUnderTest.launch();
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
    const random = seededRandom(1);
    const ms = (): number => 2_000 + random.below(6_000);
    proxy.addRule(() => true, { kind: 'delayAnswer', ms }, Number.POSITIVE_INFINITY);
    const composer = app.composer(MAYA);
    for (let index = 1; index <= QUEUED; index += 1) {
      await app.write(MAYA, `Bench slow ${index}`);
      await waitFor('the composer to be empty', async () => (await composer.inputValue()) === '');
    }
    await composer.focus();
    const { keys, longestBlock } = await typeAndMeasure(
      app,
      SENTENCE.repeat(Math.ceil(count / SENTENCE.length)),
    );
    return [
      summarise(
        'Key to painted character, slow server',
        `in the window: keydown to the task after the frame with the character, while ${QUEUED} messages queue and each answer takes 2 to 8 s`,
        keys,
      ),
      summarise(
        'Longest block of main, slow server',
        'in the main process: the longest delay of a 10 ms interval during the same',
        [longestBlock],
      ),
    ];
  } finally {
    await app?.dispose();
    await proxy?.close();
    await backend.dispose();
  }
}

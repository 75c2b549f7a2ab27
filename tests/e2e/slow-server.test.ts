import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { typeAndMeasure } from '../harness/input-latency.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const QUEUED = Array.from({ length: 20 }, (_, index) => `Queued ${index + 1}`);
const TYPED = 'Whatever the server does, what I type is there at once.';
/** Each answer takes two to eight seconds. */
const SLOW_MS = { atLeast: 2_000, more: 6_000 } as const;
const LONGEST_BLOCK_MS = 200;

describe('a server that takes its time', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  it('holds up nothing but the sending: typing and the main process go on', async () => {
    const random = seededRandom(4);
    const slow = proxy.addRule(
      () => true,
      { kind: 'delayAnswer', ms: () => SLOW_MS.atLeast + random.below(SLOW_MS.more) },
      Number.POSITIVE_INFINITY,
    );
    for (const text of QUEUED) {
      await app.write(MAYA, text);
      await eventually(() => app.composer(MAYA).inputValue()).toBe('');
    }
    await app.waitForDelivery(MAYA, QUEUED.at(-1) ?? '', 'Sending');

    await app.composer(MAYA).focus();
    const { keys, longestBlock } = await typeAndMeasure(app, TYPED);
    expect(await app.composer(MAYA).inputValue()).toBe(TYPED);
    expect(keys.length).toBe(TYPED.length);
    expect(longestBlock).toBeLessThan(LONGEST_BLOCK_MS);
    expect(slow.hits()).toBeGreaterThan(0);

    slow.remove();
    await app.waitForDelivery(MAYA, QUEUED.at(-1) ?? '', 'Sent', 30_000);
    const { id } = await maya.conversationWith('Jordan Reyes');
    expect((await maya.texts(id)).slice(-QUEUED.length)).toEqual(QUEUED);
  });
});

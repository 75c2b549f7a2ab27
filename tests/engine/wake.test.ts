import { describe, expect, it } from 'vitest';
import { createWakeWatch } from '../../electron/sync/wake.ts';
import { FakeClock } from './support/fake-clock.ts';

const HOUR_MS = 3_600_000;

/** A watch on a clock whose two readings can be set apart. */
function setUp() {
  const timers = new FakeClock();
  let [nowAhead, monotonicAhead, wakes] = [0, 0, 0];
  const watch = createWakeWatch({
    clock: {
      now: () => timers.now() + nowAhead,
      monotonic: () => timers.monotonic() + monotonicAhead,
      after: (ms, task) => timers.after(ms, task),
    },
    onWake: () => {
      wakes += 1;
    },
  });
  watch.start();
  return {
    watch,
    wakes: () => wakes,
    pass: (ms: number) => timers.advance(ms),
    sleep: (ms: number, goesOn: 'now' | 'both' = 'now') => {
      nowAhead += ms;
      if (goesOn === 'both') monotonicAhead += ms;
    },
  };
}

describe('waking up', () => {
  it('is not seen in timers that run as planned, for hours', async () => {
    const { pass, wakes } = setUp();
    await pass(3 * HOUR_MS);
    expect(wakes()).toBe(0);
  });

  it.each(['now', 'both'] as const)(
    'is seen within two seconds when %s went on during the sleep',
    async (goesOn) => {
      const { sleep, pass, wakes } = setUp();
      await pass(HOUR_MS);
      sleep(8 * HOUR_MS, goesOn);
      await pass(2_000);
      expect(wakes()).toBe(1);
      await pass(HOUR_MS);
      expect(wakes()).toBe(1);
    },
  );

  it.each([24 * HOUR_MS, -24 * HOUR_MS])(
    'is taken for granted when the clock was set by %i ms',
    async (ms) => {
      const { sleep, pass, wakes } = setUp();
      sleep(ms);
      await pass(2_000);
      expect(wakes()).toBe(1);
      await pass(HOUR_MS);
      expect(wakes()).toBe(1);
    },
  );

  it('is not seen in a computer that was merely busy for half a minute', async () => {
    const { sleep, pass, wakes } = setUp();
    sleep(29_000, 'both');
    await pass(2_000);
    expect(wakes()).toBe(0);
  });

  it('counts once when the system says it twice and the late timer a third time', async () => {
    const { watch, sleep, pass, wakes } = setUp();
    sleep(HOUR_MS);
    watch.noteWake();
    watch.noteWake();
    await pass(2_000);
    watch.noteWake();
    await pass(60_000);
    expect(wakes()).toBe(1);
  });

  it('counts again after the next sleep, however soon that comes', async () => {
    const { watch, sleep, pass, wakes } = setUp();
    sleep(HOUR_MS);
    watch.noteWake();
    await pass(500);
    sleep(60_000);
    watch.noteWake();
    expect(wakes()).toBe(2);
  });

  it('counts again when the system said in between that it sleeps, however short that was', async () => {
    const { watch, wakes } = setUp();
    watch.noteSleep();
    watch.noteWake();
    watch.noteWake();
    watch.noteSleep();
    watch.noteSleep();
    watch.noteWake();
    watch.noteWake();
    expect(wakes()).toBe(2);
  });

  it('is looked for no more after the end', async () => {
    const { watch, sleep, pass, wakes } = setUp();
    watch.stop();
    sleep(HOUR_MS);
    await pass(60_000);
    expect(wakes()).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { barriersIn } from '../harness/access.ts';
import { ACTS } from '../pictures/acts.ts';
import { WINDOWS } from '../pictures/camera.ts';
import { playAct } from '../pictures/play.ts';

/** An act goes through up to a dozen states. */
const ACT_MS = 240_000;

describe('nobody is kept out: axe, contrast in every theme, stillness, small windows, double size (J2, J6)', () => {
  it.each(ACTS)('in each state of "$name"', { timeout: ACT_MS }, async (act) => {
    const found: string[] = [];
    let states = 0;
    await playAct(act, async (app, name) => {
      states += 1;
      const barriers = await barriersIn(app, WINDOWS.wide);
      if (barriers.length > 0) await app.saveScreenshot(`barriers-${name}`);
      found.push(...barriers.map((barrier) => `${name}: ${barrier}`));
    });
    expect(states).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { barriersIn } from '../harness/access.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { createParts } from '../harness/parts.ts';
import { afternoonZone } from '../pictures/act.ts';
import { ACTS } from '../pictures/acts.ts';
import { WINDOWS } from '../pictures/camera.ts';

/** An act goes through up to a dozen states. */
const ACT_MS = 240_000;

describe('nobody is kept out: axe, contrast in every theme, stillness, small windows, double size (J2, J6)', () => {
  it.each(ACTS)('in each state of "$name"', { timeout: ACT_MS }, async (act) => {
    const parts = createParts();
    const apps: AppUnderTest[] = [];
    const found: string[] = [];
    let states = 0;
    try {
      await act.play({
        parts,
        shoot: async (app, name) => {
          states += 1;
          const barriers = await barriersIn(app, WINDOWS.wide);
          if (barriers.length > 0) await app.saveScreenshot(`barriers-${name}`);
          found.push(...barriers.map((barrier) => `${name}: ${barrier}`));
        },
        openApp: async (args) => {
          const app = await parts.app(args, { TZ: afternoonZone(new Date()) });
          apps.push(app);
          return app;
        },
      });
    } catch (error) {
      for (const app of apps) await app.saveScreenshot(`${act.name}-failed`);
      throw error;
    } finally {
      await parts.end();
    }
    expect(states).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });
});

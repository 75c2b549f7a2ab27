import { describe, expect, it } from 'vitest';
import { RARE_ACTS } from '../pictures/acts.ts';
import { barriersOfAct } from '../pictures/barriers.ts';

/** An act goes through up to a dozen states. */
const ACT_MS = 240_000;

describe('nobody is kept out of what is rarely met: axe, contrast in every theme, forced colours, stillness, small windows, double size (J2, J6)', () => {
  it.each(RARE_ACTS)('in each state of "$name", rarely met', { timeout: ACT_MS }, async (act) => {
    const { states, barriers } = await barriersOfAct(act);
    expect(states).toBeGreaterThan(0);
    expect(barriers).toEqual([]);
  });
});

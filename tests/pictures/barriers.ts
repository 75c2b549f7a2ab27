import { barriersIn } from '../harness/access.ts';
import type { Act } from './act.ts';
import { WINDOWS } from './camera.ts';
import { playAct } from './play.ts';

/** What was found in the states of an act. */
interface BarrierReport {
  readonly states: number;
  /** Each after the name of the state; pictures of those states are kept. */
  readonly barriers: readonly string[];
}

/** Plays an act and looks in each of its states for what would keep somebody out. */
export async function barriersOfAct(act: Act): Promise<BarrierReport> {
  const found: string[] = [];
  let states = 0;
  await playAct(act, async (app, name) => {
    states += 1;
    const barriers = await barriersIn(app, WINDOWS.wide);
    if (barriers.length > 0) await app.saveScreenshot(`barriers-${name}`);
    found.push(...barriers.map((barrier) => `${name}: ${barrier}`));
  });
  return { states, barriers: found };
}

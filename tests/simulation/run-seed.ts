/** One simulation from its seed to rest. */
import { restartTexts, step } from './actions.ts';
import { comeToRest } from './quiet.ts';
import { Random } from './random.ts';
import { World } from './world.ts';

/** How a seed ended. */
export interface Outcome {
  readonly seed: number;
  /** What did not hold; null when everything did. */
  readonly violation: string | null;
  /** The step in which that was seen. */
  readonly step: number;
  /** What happened up to there. */
  readonly trace: readonly string[];
}

/** Runs `steps` random steps and lets everything come to rest; `folder` is for the devices' files. */
export async function runSeed(seed: number, steps: number, folder: string): Promise<Outcome> {
  const random = new Random(seed);
  const schedule = random.fork();
  restartTexts();
  const world = new World(random.fork());
  let number = 0;
  const watchRejections = (thrown: unknown): void => {
    if (!(thrown instanceof Error && thrown.name === 'KilledError')) world.fail(thrown);
  };
  process.on('unhandledRejection', watchRejections);
  try {
    await world.create(folder);
    for (number = 1; number <= steps; number += 1) {
      await step(world, schedule);
      await world.check();
    }
    await comeToRest(world);
    return { seed, violation: null, step: number, trace: world.trace };
  } catch (thrown) {
    const isViolation = thrown instanceof Error && thrown.name === 'Violation';
    const violation = isViolation
      ? thrown.message
      : thrown instanceof Error
        ? (thrown.stack ?? '')
        : String(thrown);
    return { seed, violation, step: number, trace: world.trace };
  } finally {
    process.off('unhandledRejection', watchRejections);
    world.remove();
  }
}

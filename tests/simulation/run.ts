/** Runs many seeds in processes of their own, because each simulation has the platform's timers to itself. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from '../../shared/schema.ts';

const outcomeSchema = z.object({
  seed: z.number(),
  violation: z.string().nullable(),
  step: z.number(),
  trace: z.array(z.string()),
});
type Outcome = z.infer<typeof outcomeSchema>;

/** A seed in which something did not hold. */
export interface Failure extends Outcome {
  /** Runs this seed alone. */
  readonly command: string;
}

export interface Simulation {
  readonly first: number;
  readonly count: number;
  readonly steps: number;
  readonly workers: number;
  /** Name of a fault to put into the code under test. */
  readonly fault: string | null;
  /** Ends everything with the first failure. */
  readonly stopAtFailure: boolean;
  /** Told after each seed, with the number of seeds done. */
  readonly onOutcome?: (outcome: Outcome, done: number) => void;
  /** Told after that of each seed that failed. */
  readonly onFailure?: (failure: Failure) => void;
}

/** Runs the seeds from `first` on. @throws Error when a worker cannot run */
export async function simulate(
  simulation: Simulation,
): Promise<{ readonly done: number; readonly failures: readonly Failure[] }> {
  const { first, count, steps, workers, fault } = simulation;
  const failures: Failure[] = [];
  let next = first;
  let done = 0;

  /** One process, given one seed after the other. */
  async function work(): Promise<void> {
    const args = ['--steps', String(steps), ...(fault === null ? [] : ['--fault', fault])];
    const worker = spawn(process.execPath, [path.join(import.meta.dirname, 'worker.ts'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => worker.once('exit', resolve));
    const give = (): void => {
      const isOver = next >= first + count || (simulation.stopAtFailure && failures.length > 0);
      if (isOver) worker.stdin.end();
      else worker.stdin.write(`${next}\n`);
      next += 1;
    };
    give();
    for await (const line of createInterface({ input: worker.stdout })) {
      const outcome = outcomeSchema.parse(JSON.parse(line));
      done += 1;
      simulation.onOutcome?.(outcome, done);
      if (outcome.violation !== null) {
        const named = fault === null ? '' : ` --fault '${fault}'`;
        const command = `npm run simulate -- --seed ${outcome.seed} --steps ${steps}${named}`;
        failures.push({ ...outcome, command });
        simulation.onFailure?.({ ...outcome, command });
      }
      give();
    }
    const code = await ended;
    if (code !== 0) throw new Error(`A worker of the simulation ended with code ${code}.`);
  }

  await Promise.all(Array.from({ length: workers }, work));
  return { done, failures: failures.toSorted((a, b) => a.seed - b.seed) };
}

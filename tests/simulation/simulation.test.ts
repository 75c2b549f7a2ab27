import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { simulate, type Failure } from './run.ts';

const SEEDS = 2_000;
const STEPS = 300;
/** Seeds within which each fault has to be seen. */
const SEEDS_PER_FAULT = 60;
const HOUR_MS = 60 * 60 * 1_000;

/** A failing seed as the one who has to mend it wants to see it. */
function report({ seed, step, violation, trace, command }: Failure): string {
  return [...trace, `seed ${seed}, step ${step}: ${violation}`, `alone: ${command} --trace`].join('\n');
}

describe('the simulation', { timeout: HOUR_MS }, () => {
  it(`finds nothing wrong in ${SEEDS} seeds of ${STEPS} steps`, async () => {
    const { done, failures } = await simulate({
      first: 1,
      count: SEEDS,
      steps: STEPS,
      workers: availableParallelism(),
      fault: null,
      stopAtFailure: true,
    });
    expect(failures.map(report)).toEqual([]);
    expect(done).toBe(SEEDS);
  });

  it('repeats a seed to the letter', async () => {
    const traces: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await simulate({
        first: 7,
        count: 1,
        steps: STEPS,
        workers: 1,
        fault: null,
        stopAtFailure: false,
        onOutcome: ({ trace }) => void traces.push(trace.join('\n')),
      });
    }
    expect(traces[0]).not.toBe('');
    expect(traces[1]).toBe(traces[0]);
  });

  it.each(FAULTS)('sees: $name', async ({ name, invariants }) => {
    const { failures } = await simulate({
      first: 1,
      count: SEEDS_PER_FAULT,
      steps: STEPS,
      workers: availableParallelism(),
      fault: name,
      stopAtFailure: true,
    });
    expect(failures[0]?.violation).toMatch(new RegExp(`^(${invariants.join('|')}):`));
  });
});

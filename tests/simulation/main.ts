/**
 * `npm run simulate`: many seeds on all cores, or one seed with everything that happened in it.
 * See docs/reliability.md.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { simulate, type Failure } from './run.ts';

const HELP = `npm run simulate -- [--seeds N] [--from M] [--steps S] [--seed N [--trace]] [--fault NAME]`;
/** Seconds between two lines of progress. */
const PROGRESS_S = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    steps: { type: 'string', default: '300' },
    fault: { type: 'string' },
    trace: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`--${name} has to be a whole number. ${HELP}`);
  return Number(text);
}

const first = wholeNumber('seed', values.seed ?? values.from);
const count = values.seed === undefined ? wholeNumber('seeds', values.seeds) : 1;
const steps = wholeNumber('steps', values.steps);
const begun = performance.now();
const seconds = (): number => (performance.now() - begun) / 1_000;
let told = 0;

const { done, failures } = await simulate({
  first,
  count,
  steps,
  workers: Math.min(count, wholeNumber('workers', values.workers)),
  fault: values.fault ?? null,
  stopAtFailure: values.fault !== undefined,
  onFailure: (failure) => print(describe(failure)),
  onOutcome: ({ trace }, number) => {
    if (values.trace) print(trace.join('\n'));
    if (seconds() - told < PROGRESS_S) return;
    told = seconds();
    print(`${number} of ${count} seeds, ${(number / told).toFixed(1)} a second`);
  },
});
print(`${done} seeds of ${steps} steps in ${seconds().toFixed(0)} s, ${failures.length} with a violation`);
process.exitCode = failures.length === 0 ? 0 : 1;

function describe({ seed, step, violation, trace, command }: Failure): string {
  const lines = values.trace ? [] : trace;
  return [...lines, `seed ${seed}, step ${step}: ${violation}`, `alone: ${command} --trace`].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

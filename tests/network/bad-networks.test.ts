import { afterAll, describe, it } from 'vitest';
import { startBackend, type Backend } from '../harness/backend.ts';
import { play } from './support/play.ts';
import { scenarios } from './support/scenarios.ts';
import { networkSeeds } from './support/settings.ts';
import { expectConvergence } from './support/verdict.ts';

/** The fault, the time to converge, and starting a backend on a busy machine. */
const PATIENCE_MS = 90_000;
const NO_LIMITS = { SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' };

const cases = Object.entries(scenarios).flatMap(([name, begin]) =>
  networkSeeds.map((seed) => ({ name, begin, seed })),
);

describe.concurrent('the app converges after', () => {
  const backends: Backend[] = [];
  const idle: Backend[] = [];
  const converged: { readonly name: string; readonly seed: number; readonly ms: number }[] = [];

  afterAll(async () => {
    for (const backend of backends) await backend.dispose();
    const slowest = converged.toSorted((a, b) => b.ms - a.ms);
    const lines = slowest.map(
      ({ name, seed, ms }) => `${(ms / 1_000).toFixed(1).padStart(6)} s  ${name}, seed ${seed}`,
    );
    process.stdout.write(`From healing to equal views:\n${lines.join('\n')}\n`);
  });

  /** A backend that no other scenario uses meanwhile. */
  async function withBackend<T>(work: (url: string) => Promise<T>): Promise<T> {
    const backend = idle.pop() ?? (await startBackend(NO_LIMITS));
    if (!backends.includes(backend)) backends.push(backend);
    const result = await work(backend.url);
    idle.push(backend);
    return result;
  }

  it.each(cases)('$name (seed $seed)', { timeout: PATIENCE_MS }, async ({ name, begin, seed }) => {
    const outcome = await withBackend((url) => play(begin, seed, url));
    const ms = expectConvergence(outcome);
    converged.push({ name, seed, ms });
  });
});

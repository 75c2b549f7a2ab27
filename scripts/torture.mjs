/**
 * `npm run torture`: the tests that break things, longer and with other random choices than `npm test` has.
 * `-- --images N` and the like choose what to do and how often (without N: as often as when everything is done);
 * without them everything is done.
 * `--seed N` repeats the choices of a run.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

import { bootstrap } from './bootstrap.mjs';
import { build, isBuilt } from './lib/build.mjs';
import { main, say, Trouble } from './lib/process.mjs';
import { runTests } from './lib/vitest.mjs';

/**
 * @typedef {object} Torture
 * @property {string} flag its option; the value says how often
 * @property {number} rounds how often when everything is done
 * @property {readonly ('unit' | 'backend-postgres' | 'e2e')[]} parts the vitest projects
 * @property {string} file part of the test file's name
 */

/**
 * What can be asked for. The tests read the number of rounds from `TORTURE_` and the flag in capitals.
 * @type {readonly Torture[]}
 */
const tortures = [
  { flag: 'kills', rounds: 200, parts: ['e2e'], file: 'tests/e2e/kill-after-enter' },
  { flag: 'points', rounds: 1_000, parts: ['unit'], file: 'tests/torture/kill-points' },
  { flag: 'images', rounds: 20_000, parts: ['unit'], file: 'tests/torture/power-loss' },
  { flag: 'races', rounds: 200, parts: ['unit', 'backend-postgres'], file: 'tests/backend/limits' },
  { flag: 'senders', rounds: 100_000, parts: ['unit'], file: 'tests/torture/senders' },
  { flag: 'fuzz', rounds: 20_000, parts: ['unit'], file: 'tests/backend/fuzz' },
  { flag: 'guards', rounds: 1_000, parts: ['unit'], file: 'tests/backend/guards' },
  { flag: 'network', rounds: 5, parts: ['unit'], file: 'tests/network/bad-networks' },
  { flag: 'nodes', rounds: 5, parts: ['unit'], file: 'tests/nodes/failures' },
];

/**
 * @param {string} flag
 * @param {string | undefined} value
 * @returns {number}
 */
function positive(flag, value) {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Trouble(`--${flag} takes a number from 1, not “${value}”.`);
}

/**
 * The values of the options that were given, by their names; the usual number for an option without a value.
 * @returns {Record<string, string | undefined>}
 */
function readOptions() {
  const names = ['seed', ...tortures.map(({ flag }) => flag)];
  const usual = new Map(tortures.map(({ flag, rounds }) => [`--${flag}`, String(rounds)]));
  const args = process.argv.slice(2).flatMap((arg, index, all) => {
    const rounds = usual.get(arg);
    const next = all[index + 1];
    return rounds !== undefined && (next === undefined || next.startsWith('--')) ? [arg, rounds] : [arg];
  });
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(names.map((name) => [name, /** @type {const} */ ({ type: 'string' })])),
    });
    return values;
  } catch {
    throw new Trouble(`The options are ${names.map((name) => `--${name} N`).join(', ')}.`);
  }
}

await main(async () => {
  const values = readOptions();
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : positive('seed', values.seed);
  const isAsked = tortures.some(({ flag }) => values[flag] !== undefined);
  const chosen = isAsked ? tortures.filter(({ flag }) => values[flag] !== undefined) : tortures;
  const needsApp = chosen.some(({ parts }) => parts.includes('e2e'));
  await bootstrap({
    electron: needsApp,
    libraries: needsApp,
    display: needsApp,
    tracing: true,
    servers: true,
  });
  if (needsApp && !isBuilt()) await build({ quiet: true });

  let failed = 0;
  process.env.TORTURE_SEED = String(seed);
  for (const { flag, rounds, parts, file } of chosen) {
    const number = values[flag] === undefined ? rounds : positive(flag, values[flag]);
    say(`${number} ${flag}, seed ${seed} …`);
    process.env[`TORTURE_${flag.toUpperCase()}`] = String(number);
    failed += (await runTests(`torture-${flag}`, parts, [file])).failed;
  }
  return failed === 0 ? 0 : 1;
});

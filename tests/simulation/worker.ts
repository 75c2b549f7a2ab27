/** Simulates each seed that it reads from standard input, and prints its outcome as a line of JSON. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.ts';
import { installHooks } from './hooks.ts';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '300' }, fault: { type: 'string' } },
});
const fault = FAULTS.find(({ name }) => name === values.fault) ?? null;
if (values.fault !== undefined && fault === null) throw new Error(`There is no fault “${values.fault}”.`);
installHooks(fault);
const { runSeed } = await import('./run-seed.ts');

// What is written there is a marker per database and the session: in memory, where there is such a folder.
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folder = mkdtempSync(path.join(parent, 'trainer-inbox-simulation-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await runSeed(Number(line), Number(values.steps), folder);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

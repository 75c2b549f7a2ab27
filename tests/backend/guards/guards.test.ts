import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from '../../../shared/schema.ts';
import { PROJECT_DIR } from '../../harness/backend-process.ts';
import { seededRandom } from '../../harness/seeded-random.ts';
import { settings } from '../../torture/support/settings.ts';
import type { Guard } from './guard.ts';
import { GUARDS } from './guards.ts';

/** What the tests of the backend need. */
const COPIED = ['backend', 'shared', 'tests', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const PATIENCE_MS = 240_000;

const reportSchema = z.object({
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

let copy: string;
const table: string[] = [];
beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-guards-'));
  for (const name of COPIED) cpSync(path.join(PROJECT_DIR, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(PROJECT_DIR, 'node_modules'), path.join(copy, 'node_modules'));
  mkdirSync(path.join(copy, '.cache'));
});
afterAll(() => {
  rmSync(copy, { recursive: true });
  process.stdout.write(`${table.join('\n')}\n`);
});

/** Runs tests of the copy until one fails. @returns the names of those that failed */
async function failingTests(files: readonly string[]): Promise<string[]> {
  const report = path.join(copy, '.cache', 'report.json');
  rmSync(report, { force: true });
  const vitest = path.join(copy, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--project=unit', '--bail=1', '--reporter=json', `--outputFile=${report}`, ...files];
  const child = spawn(process.execPath, [vitest, ...args], { cwd: copy, stdio: 'ignore' });
  await once(child, 'exit');
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

/** Takes a guard away from the copy, runs what should miss it, and puts it back. */
async function runWithout({ file, code, without = '', tests }: Guard): Promise<string[]> {
  const target = path.join(copy, file);
  const whole = readFileSync(target, 'utf8');
  writeFileSync(
    target,
    whole.replace(code, () => without),
  );
  try {
    return await failingTests(tests);
  } finally {
    writeFileSync(target, whole);
  }
}

const random = seededRandom(settings.seed);
const chosen = GUARDS.map((guard) => ({ guard, key: random.next() }))
  .toSorted((a, b) => a.key - b.key)
  .slice(0, settings.guards)
  .map(({ guard }) => guard);

describe('the guards of the backend', () => {
  it.each(GUARDS)('are where the list says, once: $name', ({ file, code }) => {
    expect(readFileSync(path.join(PROJECT_DIR, file), 'utf8').split(code)).toHaveLength(2);
  });

  it.each(chosen)(
    'cannot be taken away without a test that fails: $name',
    { timeout: PATIENCE_MS },
    async (guard) => {
      const failed = await runWithout(guard);
      table.push(`${guard.name} (${guard.file}): ${failed[0] ?? 'nobody misses it'}`);
      expect(failed).not.toEqual([]);
    },
  );
});

/** From the start of the process to the first painted screen, beside a window that holds nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { electronExecutable, privateEnvironment, testOnlySwitches } from '../tests/harness/app.ts';
import { PROJECT_DIR } from '../tests/harness/backend.ts';
import { openDisplay, type Display } from '../tests/harness/display.ts';
import { within } from '../tests/harness/wait.ts';
import { summarise, type Measurement } from './stats.ts';

const START_MS = 30_000;
const STOP_MS = 5_000;

interface Contestant {
  readonly name: string;
  readonly how: string;
  /** Folder of the Electron app. */
  readonly appDir: string;
  readonly args: readonly string[];
  /** The line on standard output that says "painted". */
  readonly line: string;
}

const CONTESTANTS: readonly [bare: Contestant, ...others: Contestant[]] = [
  {
    name: 'start to bare window',
    how: 'spawn to the frame after a static page is shown in an otherwise empty Electron app',
    appDir: path.join(PROJECT_DIR, 'bench', 'bare-window'),
    args: [],
    line: 'bare painted',
  },
  {
    name: 'start to sign-in',
    how: 'spawn to "sign-in painted", profile used before, nobody signed in',
    appDir: PROJECT_DIR,
    args: [],
    line: 'sign-in painted',
  },
  {
    name: 'start to inbox (demo)',
    how: 'spawn to "inbox painted" with --demo on a profile that was used before: includes starting the embedded backend and signing in to it, because without a keyring no session is remembered',
    appDir: PROJECT_DIR,
    args: ['--demo'],
    line: 'inbox painted',
  },
];

/** Starts one app, gives the milliseconds until its line, and ends it. */
async function timeStart(contestant: Contestant, home: string, display: Display): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    electronExecutable(),
    [
      contestant.appDir,
      `--user-data-dir=${path.join(home, contestant.line.replace(' ', '-'))}`,
      ...testOnlySwitches(),
      ...contestant.args,
    ],
    { env: privateEnvironment(home, display), stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const exited = once(child, 'exit');
  try {
    const painted = new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.trim() === contestant.line) resolve(performance.now() - startedAt);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${contestant.name}: ended early with code ${code}`)));
    });
    return await within(`"${contestant.line}"`, painted, START_MS);
  } finally {
    child.kill('SIGTERM');
    await within(`${contestant.name} to end`, exited, STOP_MS);
  }
}

/** Measures `runs` starts of each in turn, after one of each that warms caches and fills the profiles. */
export async function measureStartUp(runs: number): Promise<readonly Measurement[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-bench-'));
  const display = await openDisplay();
  const samples = new Map<Contestant, number[]>(CONTESTANTS.map((contestant) => [contestant, []]));
  try {
    for (const contestant of CONTESTANTS) await timeStart(contestant, home, display);
    for (let run = 0; run < runs; run += 1) {
      for (const [contestant, times] of samples) times.push(await timeStart(contestant, home, display));
    }
  } finally {
    await display.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  const [bare, ...others] = CONTESTANTS;
  const baseline = summarise(bare.name, bare.how, samples.get(bare) ?? []);
  return [
    baseline,
    ...others.map((other) => summarise(other.name, other.how, samples.get(other) ?? [], { baseline })),
  ];
}

/** Running a program under strace until it makes a certain system call, at which it is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT_DIR } from '../../harness/backend.ts';
import type { SeededRandom } from '../../harness/seeded-random.ts';

/** The calls that change files, folders and sockets. */
const CALLS = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'mkdir', 'rename', 'unlink'] as const;
type Call = (typeof CALLS)[number];

/** The `nth` of a thread's calls of this name, counted from 1. */
export interface KillPoint {
  readonly call: Call;
  readonly nth: number;
}

/** A program in plain Node, and what to do with each line that it prints. */
export interface Program {
  readonly args: readonly string[];
  readonly onLine: (line: string, child: ChildProcess) => void;
}

/** How many calls of each name the main thread makes over the whole run. Throws when the program fails. */
export async function countCalls(program: Program, traceFolder: string): Promise<ReadonlyMap<Call, number>> {
  const options = ['-ff', '-e', `trace=${CALLS.join(',')}`, '-o', path.join(traceFolder, 'calls')];
  const code = await runTraced(options, program);
  if (code !== 0) throw new Error(`The program ended with ${code}.`);
  // The main thread is the one that works on SQLite's files.
  const threads = readdirSync(traceFolder)
    .map((name) => countIn(readFileSync(path.join(traceFolder, name), 'latin1')))
    .toSorted((a, b) => (b.get('pwrite64') ?? 0) - (a.get('pwrite64') ?? 0));
  return threads[0] ?? new Map();
}

function countIn(trace: string): Map<Call, number> {
  return new Map(CALLS.map((call) => [call, trace.match(new RegExp(`^${call}\\(`, 'gm'))?.length ?? 0]));
}

/** So many points, one at random in each of as many equal parts of all the calls. */
export function spreadPoints(
  counts: ReadonlyMap<Call, number>,
  points: number,
  random: SeededRandom,
): KillPoint[] {
  const all = [...counts].flatMap(([call, count]) =>
    Array.from({ length: count }, (_, index) => ({ call, nth: index + 1 })),
  );
  return Array.from({ length: points }, (_, index) => {
    const point = all[Math.floor(((index + random.next()) / points) * all.length)];
    if (!point) throw new Error('The program makes no calls.');
    return point;
  });
}

/** Kills the program when it makes the call, before the call does anything; false when it ended before that. */
export async function killAt({ call, nth }: KillPoint, program: Program): Promise<boolean> {
  const inject = `inject=${call}:signal=KILL:when=${nth}`;
  // Not with --seccomp-bpf: it is quicker, but strace then sends no signal.
  const end = await runTraced(['-f', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject], program);
  if (end !== 0 && end !== 'SIGKILL') throw new Error(`The program ended with ${end}.`);
  return end === 'SIGKILL';
}

/** Gives the exit code of the program, or the signal that ended it. */
async function runTraced(
  options: readonly string[],
  { args, onLine }: Program,
): Promise<number | NodeJS.Signals> {
  const child = spawn('strace', ['-qq', ...options, process.execPath, ...args], {
    cwd: PROJECT_DIR,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // The program may be gone before it hears what it is told.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line, child));
  await once(child, 'close');
  return child.signalCode ?? child.exitCode ?? 0;
}

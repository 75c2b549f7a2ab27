/** Runs a program on a disk that fails: every so many-th system call of a kind ends with an error. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from '../../../shared/schema.ts';

const findingsSchema = z.object({
  done: z.number(),
  failed: z.number(),
  /** What had been answered and is not there, or is there in another order. */
  lost: z.array(z.string()),
  /** Sound databases that were called damaged. */
  unsound: z.array(z.string()),
  codes: z.array(z.string()),
});

/** What the program found on its disk. */
export type Findings = z.infer<typeof findingsSchema>;

/** The system call that fails, how, and with which of its calls. */
export interface DiskFault {
  readonly call: string;
  readonly error: 'ENOSPC' | 'EIO' | 'EROFS';
  readonly every: number;
}

/** Calls that a process makes before it comes to its own files. */
const SPARED_CALLS = 60;
const PROGRAM = fileURLToPath(new URL('faulty-disk-life.ts', import.meta.url));
const run = promisify(execFile);

/** Lives through the program with this fault. Needs strace. */
export async function liveWith({ call, error, every }: DiskFault): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'trainer-inbox-faults-'));
  try {
    const inject = `inject=${call}:error=${error}:when=${SPARED_CALLS}+${every}`;
    const options = ['-f', '-qq', '-o', join(folder, 'trace'), '-e', `trace=${call}`, '-e', inject];
    const { stdout } = await run('strace', [...options, process.execPath, PROGRAM, folder]);
    return findingsSchema.parse(JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

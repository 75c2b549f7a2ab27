/** What a process did to its files, as strace wrote it down. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { PROJECT_DIR } from '../../harness/backend.ts';

/** One call of the process that came to its end. Paths are absolute. */
export type IoCall =
  /** A file was opened and, unless it was there, created. `file` numbers the open file. */
  | { readonly type: 'open'; readonly file: number; readonly path: string; readonly mayCreate: boolean }
  | { readonly type: 'write'; readonly file: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly file: number; readonly size: number }
  /** The file, or the folder that was opened, is on the disk. */
  | { readonly type: 'sync'; readonly file: number }
  | { readonly type: 'makeFolder'; readonly path: string }
  | { readonly type: 'remove'; readonly path: string }
  /** A line that the process printed. */
  | { readonly type: 'print'; readonly text: string };

const CALLS =
  'openat,mkdir,mkdirat,pwrite64,pwritev,pwritev2,writev,write,ftruncate,fallocate,fsync,fdatasync,unlink,unlinkat,' +
  'rename,renameat,renameat2,link,linkat,close';
const STDOUT = 1;

const HEX_TEXT = String.raw`"((?:\\x[0-9a-f]{2})*)"`;
const OPEN_FILE = String.raw`(\d+)(?:<[^>]*>(?:\(deleted\))?)?`;
const PATTERNS = {
  open: new RegExp(String.raw`^openat\(AT_FDCWD(?:<[^>]*>)?, ${HEX_TEXT}, ([A-Z_|]+).*\) = (\d+)`),
  write: new RegExp(String.raw`^pwrite64\(${OPEN_FILE}, ${HEX_TEXT}, \d+, (\d+)\) = (\d+)`),
  print: new RegExp(String.raw`^write\(${OPEN_FILE}, ${HEX_TEXT}, \d+\) = (\d+)`),
  truncate: new RegExp(String.raw`^ftruncate\(${OPEN_FILE}, (\d+)\) = 0`),
  sync: new RegExp(String.raw`^f(?:data)?sync\(${OPEN_FILE}\) = 0`),
  makeFolder: new RegExp(String.raw`^mkdir\(${HEX_TEXT}, \d+\) = 0`),
  remove: new RegExp(String.raw`^unlink\(${HEX_TEXT}\) = 0`),
} as const;

function bytesOf(hexText: string): Buffer {
  return Buffer.from(hexText.replaceAll(String.raw`\x`, ''), 'hex');
}

function textOf(hexText: string): string {
  return bytesOf(hexText).toString();
}

function isInside(folder: string, candidate: string): boolean {
  return candidate === folder || candidate.startsWith(folder + path.sep);
}

/** Reads the calls of one thread; a call that did not succeed, or touches nothing in `folder`, is left out. */
function parse(trace: string, folder: string): IoCall[] {
  const openFiles = new Set<number>();
  const hexFolder = Buffer.from(folder)
    .toString('hex')
    .replaceAll(/../g, String.raw`\x$&`);
  return trace.split('\n').flatMap((line) => parseLine(line, folder, hexFolder, openFiles) ?? []);
}

/** The call of a line, or null; keeps `openFiles` to the files in `folder` that are open. */
function parseLine(line: string, folder: string, hexFolder: string, openFiles: Set<number>): IoCall | null {
  const [kind, [, first = '', second = '', third = '', fourth = '']] = matchOf(line);
  const file = Number(first);
  switch (kind) {
    case 'open': {
      const name = textOf(first);
      const opened = Number(third);
      openFiles.delete(opened);
      if (!isInside(folder, name)) return null;
      openFiles.add(opened);
      return { type: 'open', file: opened, path: name, mayCreate: second.includes('O_CREAT') };
    }
    case 'write': {
      const bytes = bytesOf(second).subarray(0, Number(fourth));
      return openFiles.has(file) ? { type: 'write', file, offset: Number(third), bytes } : null;
    }
    case 'print':
      if (openFiles.has(file)) throw new Error('A file was written without an offset.');
      return file === STDOUT ? { type: 'print', text: textOf(second) } : null;
    case 'truncate':
      return openFiles.has(file) ? { type: 'truncate', file, size: Number(second) } : null;
    case 'sync':
      return openFiles.has(file) ? { type: 'sync', file } : null;
    case 'makeFolder':
    case 'remove': {
      const name = textOf(first);
      return isInside(folder, name) ? { type: kind, path: name } : null;
    }
    case null:
      // A call that this reader does not know must not go unnoticed when it is about our files.
      if (!line.includes(hexFolder) || /^close\(|= -1 /.test(line)) return null;
      throw new Error(`The recording has a call that is not understood: ${line.slice(0, 60)}`);
  }
}

function matchOf(line: string): [keyof typeof PATTERNS | null, readonly string[]] {
  for (const kind of ['write', 'sync', 'print', 'open', 'truncate', 'makeFolder', 'remove'] as const) {
    const match = PATTERNS[kind].exec(line);
    if (match) return [kind, match];
  }
  return [null, []];
}

/**
 * Runs a TypeScript program under strace and gives what it did to files in `folder`, in order. All of it must
 * come from the main thread, which is where SQLite works.
 * @param traceFolder an empty folder for the recording
 */
export async function recordIo(
  program: readonly string[],
  folder: string,
  traceFolder: string,
): Promise<IoCall[]> {
  const trace = path.join(traceFolder, 'io');
  const child = spawn(
    'strace',
    // One recording per thread (-ff): calls of different threads would cut each other's lines in two.
    ['-ff', '--seccomp-bpf', '-y', '-xx', '-s', '1048576', '-e', `trace=${CALLS}`, '-o', trace].concat(
      process.execPath,
      program,
    ),
    { cwd: PROJECT_DIR, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const [errors] = await Promise.all([readText(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`The recorded program ended with ${child.exitCode}: ${errors}`);
  const threads = readdirSync(traceFolder)
    .map((name) => parse(readFileSync(path.join(traceFolder, name), 'latin1'), folder))
    .filter((calls) => calls.length > 0);
  const [calls] = threads;
  if (!calls || threads.length > 1) throw new Error(`${threads.length} threads wrote files, not one.`);
  return calls;
}

/** A disk that is full at the word of the test, and has room again at the next. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `tmpfs`: a real file system of a few megabytes, which only root can mount. `limit`: no file may grow. */
export type SmallDiskKind = 'tmpfs' | 'limit';

export interface SmallDisk {
  /** From now on nothing more can be stored. */
  fill(): void;
  /** There is room again. */
  free(): void;
  close(): void;
}

const DISK_BYTES = 4 * 1024 * 1024;
const LARGEST_PIECE = 64 * 1024;
const SMALLEST_PIECE = 4 * 1024;

/** What can be used here; a limit always can. */
export function smallDiskKinds(folder: string): readonly SmallDiskKind[] {
  mkdirSync(folder, { recursive: true });
  if (spawnSync('mount', mountArguments(folder)).status !== 0) return ['limit'];
  execFileSync('umount', [folder]);
  return ['tmpfs', 'limit'];
}

function mountArguments(folder: string): string[] {
  return ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=700`, 'tmpfs', folder];
}

/**
 * Puts an empty disk in the place of `folder`, or limits the process `pid`.
 * With `limit` that process must handle SIGXFSZ, which would end it.
 */
export function openSmallDisk(kind: SmallDiskKind, folder: string, pid: number): SmallDisk {
  return kind === 'tmpfs' ? mountedDisk(folder) : limitedProcess(pid);
}

function limitedProcess(pid: number): SmallDisk {
  const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  return {
    fill: () => void limit('1'),
    free: () => void limit('unlimited'),
    close: () => undefined,
  };
}

function mountedDisk(folder: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', mountArguments(folder));
  const pieces: string[] = [];
  return {
    fill: () => {
      for (let bytes = LARGEST_PIECE; bytes >= SMALLEST_PIECE;) {
        const piece = path.join(folder, `piece-${pieces.length}`);
        pieces.push(piece);
        try {
          writeFileSync(piece, Buffer.alloc(bytes, 1));
        } catch {
          bytes /= 2;
        }
      }
    },
    free: () => {
      for (const piece of pieces.splice(0)) rmSync(piece, { force: true });
    },
    close: () => void execFileSync('umount', ['-l', folder]),
  };
}

/** Notices starts that came to nothing, so that the one after them can be a careful one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from '../../shared/schema.ts';

/** As many starts that failed in a row, within {@link WITHIN_MS}, are no accident. */
const TOO_MANY = 3;
const WITHIN_MS = 60_000;

const fileSchema = z.array(z.number());

/** What is known of the starts before this one. */
export interface StartGuard {
  /** Three starts within a minute failed: this one should be careful. */
  readonly isLooping: boolean;
  /** This start is a good one: those before it do not count any more. */
  succeeded(): void;
}

/**
 * Counts this start as one that failed until it says otherwise. What cannot be read or written is as if there had been
 * no starts: the guard must never be what keeps the app from starting.
 * @param folder the profile's, absolute
 * @param now milliseconds since 1970
 */
export function guardStart(folder: string, now: number): StartGuard {
  const file = path.join(folder, 'starts.json');
  const failed = readStarts(file).filter((at) => at <= now && now - at < WITHIN_MS);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify([...failed, now].slice(-TOO_MANY)), { mode: 0o600 });
  } catch {
    // A disk that takes nothing is told of elsewhere.
  }
  return {
    isLooping: failed.length >= TOO_MANY,
    succeeded: () => {
      try {
        rmSync(file, { force: true });
      } catch {
        // It runs out by itself.
      }
    },
  };
}

function readStarts(file: string): readonly number[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardStart } from '../../electron/desktop/start-guard.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const SECOND_MS = 1_000;

describe('starts that come to nothing (L10)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-starts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const looping = (...seconds: readonly number[]): readonly boolean[] =>
    seconds.map((second) => guardStart(folder, NOON + second * SECOND_MS).isLooping);

  it('are a loop when there were three within the last minute', () => {
    expect(looping(0, 5, 10, 15, 20)).toEqual([false, false, false, true, true]);
  });

  it('are none when they lie further apart', () => {
    expect(looping(0, 31, 62, 93, 124)).toEqual([false, false, false, false, false]);
  });

  it('do not count any more after one that succeeded', () => {
    expect(looping(0, 5)).toEqual([false, false]);
    guardStart(folder, NOON + 6 * SECOND_MS).succeeded();
    expect(looping(10, 11, 12, 13)).toEqual([false, false, false, true]);
  });

  it('do not count when the clock was put back', () => {
    expect(looping(0, 5, 10, -100)).toEqual([false, false, false, false]);
  });

  it.each(['', 'null', '{"at":1}', '["noon"]', '[1', '\u0000'])(
    'are forgotten when the file says %j',
    (text) => {
      writeFileSync(path.join(folder, 'starts.json'), text);
      expect(looping(0)).toEqual([false]);
    },
  );

  it('keep nobody from starting when nothing can be written', () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const guard = guardStart(file, NOON);
    expect(guard.isLooping).toBe(false);
    expect(() => guard.succeeded()).not.toThrow();
  });

  it('are nobody else’s to read', () => {
    looping(0);
    expect(statSync(path.join(folder, 'starts.json')).mode & 0o777).toBe(0o600);
  });
});

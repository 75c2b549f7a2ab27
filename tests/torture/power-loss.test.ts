import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbox } from '../../electron/outbox/outbox.ts';
import { createReadMarks } from '../../electron/outbox/read-marks.ts';
import { makePrivateFolder } from '../../electron/storage/account-files.ts';
import { openOutboxStore } from '../../electron/storage/account-stores.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { ModelDisk } from './support/disk-model.ts';
import { digestOf } from './support/outbox-state.ts';
import { type IoCall, recordIo } from './support/recorded-io.ts';
import { settings } from './support/settings.ts';

/** Nothing here needs a real disk, which would only wait for its syncs. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const WRITER = 'tests/torture/support/outbox-writer.ts';
const STEPS = 500;

/** What was found after the losses of power. */
interface Findings {
  readonly images: number;
  /** Images that lack a step that had returned and must survive. */
  readonly lost: number;
  /** Images that do not open, are not sound, or hold what the outbox never held. */
  readonly damaged: readonly string[];
}

interface Step {
  readonly isSynced: boolean;
  readonly digest: string;
}

/** A recorded life of an outbox. */
interface Recording {
  readonly root: string;
  readonly calls: readonly IoCall[];
  /** All its steps, in order; the first is the empty outbox. */
  readonly steps: readonly Step[];
}

let folder: string;
let emptyDigest: string;

/** What the app finds in these files: the digest of the outbox, or why it is damaged. */
function openImage(image: ReadonlyMap<string, Buffer>, root: string, account: string): string {
  const place = mkdtempSync(path.join(folder, 'image-'));
  try {
    for (const [name, bytes] of image) {
      const target = path.join(place, path.relative(root, name));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    const accountFolder = path.join(place, path.relative(root, account));
    makePrivateFolder(accountFolder);
    const opened = openOutboxStore(accountFolder, { clock: systemClock, log: () => undefined });
    if (!opened.ok) return `not opened: ${opened.error.code}`;
    const { store, wasCorrupt } = opened.value;
    try {
      if (wasCorrupt) return 'put aside as damaged';
      const [check] = store.prepare<[], { integrity_check: string }>('PRAGMA integrity_check').all();
      if (check?.integrity_check !== 'ok') return `not sound: ${check?.integrity_check}`;
      return digestOf(createOutbox(store), createReadMarks(store));
    } finally {
      store.close();
    }
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function record(mode: 'app' | 'NORMAL'): Promise<Recording> {
  const root = mkdtempSync(path.join(folder, 'root-'));
  const trace = mkdtempSync(path.join(folder, 'trace-'));
  const account = path.join(root, 'accounts', 'server', '1');
  const program = [WRITER, account, mode, String(STEPS), String(settings.seed)];
  const calls = await recordIo(program, root, trace);
  rmSync(trace, { recursive: true });
  const steps = calls.flatMap((call) => (call.type === 'print' ? [stepOf(call.text)] : []));
  expect(steps).toHaveLength(STEPS);
  return { root, calls, steps: [{ isSynced: true, digest: emptyDigest }, ...steps] };
}

function stepOf(line: string): Step {
  const match = /^step \d+ (synced|unsynced) (\S+)\n$/.exec(line);
  if (!match) throw new Error(`Not a step: ${line}`);
  return { isSynced: match[1] === 'synced', digest: match[2] ?? '' };
}

/** Cuts the power at `images` random moments of the recording and looks at what is left. */
function cutPower({ root, calls, steps }: Recording, images: number, random: SeededRandom): Findings {
  const account = path.join(root, 'accounts', 'server', '1');
  const cuts = Array.from({ length: images }, () => random.below(calls.length + 1)).toSorted((a, b) => a - b);
  const disk = new ModelDisk(root);
  let done = 0;
  /** Indices into `steps`: the last that returned, and the last that returned and must survive. */
  let returned = 0;
  let promised = 0;
  let lost = 0;
  const damaged: string[] = [];
  for (const cut of cuts) {
    for (const call of calls.slice(done, cut)) {
      if (call.type !== 'print') {
        disk.apply(call);
        continue;
      }
      returned += 1;
      if (steps[returned]?.isSynced) promised = returned;
    }
    done = cut;
    const image = disk.afterPowerLoss(random);
    const found = openImage(withOldSharedMemory(image, random), root, account);
    // The step under way may be there or not; those without a promise too, but in order.
    if (steps.slice(promised, returned + 2).some(({ digest }) => digest === found)) continue;
    if (steps.slice(0, promised).some(({ digest }) => digest === found)) lost += 1;
    else damaged.push(`after ${cut} calls: ${found}`);
  }
  return { images, lost, damaged };
}

/** SQLite's shared memory is a file too: whatever a past life left in it must not matter. */
function withOldSharedMemory(image: Map<string, Buffer>, random: SeededRandom): Map<string, Buffer> {
  for (const name of [...image.keys()]) {
    if (!name.endsWith('-shm')) continue;
    if (random.next() < 0.5) image.delete(name);
    else image.set(name, Buffer.from(Array.from({ length: 32_768 }, () => random.below(256))));
  }
  return image;
}

describe('the outbox after a loss of power', () => {
  beforeAll(() => {
    folder = mkdtempSync(path.join(FAST_FOLDER, 'trainer-inbox-power-'));
    emptyDigest = openImage(new Map(), folder, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    `holds every step that had returned, in ${settings.images} images`,
    async () => {
      const recording = await record('app');
      const findings = cutPower(recording, settings.images, seededRandom(settings.seed));
      expect(findings, `seed ${settings.seed}`).toEqual({ images: settings.images, lost: 0, damaged: [] });
    },
    settings.patienceMs,
  );

  it(
    'would be seen losing steps if commits did not wait for the disk',
    async () => {
      const recording = await record('NORMAL');
      const findings = cutPower(recording, 100, seededRandom(settings.seed));
      // Steps that vanish from before others look like damage to an app whose commits wait.
      expect(findings.lost).toBeGreaterThan(0);
    },
    settings.patienceMs,
  );
});

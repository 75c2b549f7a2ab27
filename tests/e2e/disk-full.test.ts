import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { openSmallDisk, type SmallDisk, smallDiskKinds } from '../harness/small-disk.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const PROBLEM = { tmpfs: /The disk is full/, limit: /could not save/ } as const;

const trial = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-disk-'));
const kinds = smallDiskKinds(trial);
rmSync(trial, { recursive: true });

describe.each(kinds)('a disk without room (%s)', (kind) => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;
  let disk: SmallDisk;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    backend = await parts.backend();
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    // The signal of a file that may not grow would end the process; the failed write is what counts.
    await app.electron.evaluate(() => void process.on('SIGXFSZ', () => undefined));
    const { pid } = app.electron.process();
    disk = parts.keep(openSmallDisk(kind, path.join(app.profile, 'accounts'), pid ?? 0), (one) =>
      one.close(),
    );
    await app.signIn(backend.url);
    await app.openThread(MAYA);
    await app.write(MAYA, 'While there is room');
    await app.waitForDelivery(MAYA, 'While there is room', 'Sent');
  });
  beforeEach(() => pictureOnFailure(app));

  const banner = () => app.page.getByRole('alert').filter({ hasText: PROBLEM[kind] });

  it('leaves the text in the composer, and says so in plain words', async () => {
    disk.fill();
    await app.write(MAYA, 'Precious words');
    await banner().first().waitFor();
    expect(await app.composer(MAYA).inputValue()).toBe('Precious words');
    expect(await app.bubble(MAYA, 'Precious words').count()).toBe(0);
    expect(await app.bubble(MAYA, 'While there is room').count()).toBe(1);
  });

  it('loses nothing that comes meanwhile, and says nothing that is not so', async () => {
    await maya.send(conversationId, 'Written while the disk was full');
    await app.composer(MAYA).press('Enter');
    await banner().first().waitFor();
    expect(await app.composer(MAYA).inputValue()).toBe('Precious words');
    expect(await maya.texts(conversationId)).not.toContain('Precious words');
  });

  it('is forgotten when there is room again, without a restart', async () => {
    disk.free();
    await app.bubble(MAYA, 'Written while the disk was full').waitFor({ timeout: 45_000 });
    await app.composer(MAYA).press('Enter');
    await app.waitForDelivery(MAYA, 'Precious words', 'Sent');
    expect(await app.composer(MAYA).inputValue()).toBe('');
    await eventually(() => banner().count()).toBe(0);
    for (const text of ['While there is room', 'Written while the disk was full', 'Precious words']) {
      expect(await app.bubble(MAYA, text).count()).toBe(1);
    }
    expect((await maya.texts(conversationId)).slice(-3)).toEqual([
      'While there is room',
      'Written while the disk was full',
      'Precious words',
    ]);
  });
});

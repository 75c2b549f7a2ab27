import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const TEXTS = ['Kept in the first place', 'And this one too'];

/** The only account's file of this name. */
function fileOf(app: AppUnderTest, name: string): string {
  const accounts = path.join(app.profile, 'accounts');
  const found = readdirSync(accounts, { recursive: true, encoding: 'utf8' });
  const file = found.find((one) => path.basename(one) === name);
  if (file === undefined) throw new Error(`There is no ${name}.`);
  return path.join(accounts, file);
}

function hashes(file: string): readonly string[] {
  return ['', '-wal', '-shm']
    .filter((side) => existsSync(file + side))
    .map(
      (side) =>
        `${side} ${createHash('sha256')
          .update(readFileSync(file + side))
          .digest('hex')}`,
    );
}

describe('an app that finds its databases damaged', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    backend = await parts.backend();
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
    await backend.kill();
    for (const text of TEXTS) {
      await app.write(MAYA, text);
      await app.bubble(MAYA, text).waitFor();
    }
    await app.kill();
  });
  beforeEach(() => pictureOnFailure(app));

  it('carries the unsent messages over, and says so at once', async () => {
    writeFileSync(fileOf(app, 'outbox.db'), '');
    await app.start();
    await app.page
      .getByRole('alert')
      .filter({ hasText: /unsent messages was damaged\. 2 messages were saved/ })
      .waitFor();
    await app.page.getByText(/2 unsent messages are kept/).waitFor();
    await app.kill();
  });

  it('loads a damaged inbox again from the server, and sends what was saved', async () => {
    const file = fileOf(app, 'cache.db');
    writeFileSync(file, 'not a database '.repeat(1_000));
    rmSync(`${file}-wal`);
    await backend.start();
    await app.start();
    expect(await app.page.getByRole('alert').count()).toBe(0);
    await app.signIn(backend.url);
    await app.page
      .getByRole('alert')
      .filter({ hasText: /loaded again from the server/ })
      .waitFor();
    await app.openThread(MAYA);
    for (const text of TEXTS) {
      await app.waitForDelivery(MAYA, text, 'Sent', 20_000);
      expect(await app.bubble(MAYA, text).count()).toBe(1);
    }
    expect((await maya.texts(conversationId)).slice(-2)).toEqual(TEXTS);
  });

  it('leaves the messages of a later version alone and asks for an update', async () => {
    await app.kill();
    const file = fileOf(app, 'outbox.db');
    const later = new SqliteDatabase(file);
    later.pragma('user_version = 999');
    later.close();
    const before = hashes(file);
    await app.start();
    await app.page
      .getByRole('alert')
      .filter({ hasText: /^Update required/ })
      .waitFor();
    await app.submitSignIn(backend.url, 'trainer@demo.test');
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await app.kill();
    expect(hashes(file)).toEqual(before);
  });
});

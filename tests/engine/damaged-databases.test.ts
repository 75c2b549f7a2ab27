import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { accountFolderOf, temporaryFolder, uuid } from './support/builders.ts';
import { createEngineUnderTest } from './support/engine-under-test.ts';
import { refusal } from './support/scripted-server.ts';
import { PEER_ID, signIn, startServer } from './support/signed-in.ts';

const INDEX_INTERIOR = 0x02;
const INDEX_LEAF = 0x0a;

const refuseSends = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && path.endsWith('/messages') ? refusal(503, 'unavailable') : null;

function setVersion(path: string, version: number): void {
  const database = new SqliteDatabase(path);
  database.pragma(`user_version = ${version}`);
  database.close();
}

/** What a database and its companions hold, as far as they are there. */
function hashes(path: string): readonly { readonly side: string; readonly hash: string }[] {
  const sides = ['', '-wal', '-shm'].filter((side) => existsSync(path + side));
  return sides.map((side) => ({
    side,
    hash: createHash('sha256')
      .update(readFileSync(path + side))
      .digest('hex'),
  }));
}

describe('databases that cannot be used', () => {
  it('as a damaged cache are refilled by the server, and the outbox is sent', async () => {
    const server = await startServer();
    server.store({
      conversationId: 1,
      senderId: PEER_ID,
      clientMessageId: uuid(1),
      content: 'from the server',
    });
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = ({ method, path }) =>
      method === 'POST' && path.endsWith('/messages') ? refusal(503, 'unavailable') : null;
    under.enqueue(PEER_ID, 'from the outbox');
    under.engine.stop();
    server.script = () => null;
    writeFileSync(join(accountFolderOf(under.dataDir), 'cache.db'), 'not a database '.repeat(1_000));
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    await waitFor('both messages', () => server.messages.length === 2);
    await again.told('outbox.removed');
    expect(await again.texts(PEER_ID)).toEqual(['from the server', 'from the outbox']);
  });

  it('because they are damaged while in use are replaced without a restart', async () => {
    const server = await startServer();
    for (let number = 1; number <= 200; number += 1) {
      const content = `${number} ${'x'.repeat(500)}`;
      server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(number), content });
    }
    const first = createEngineUnderTest();
    await signIn(first, server);
    await first.told('thread.invalidated');
    first.engine.stop();
    const path = join(accountFolderOf(first.dataDir), 'cache.db');
    const bytes = readFileSync(path);
    // The header and the schema stay readable, so that only use finds the damage.
    bytes.fill(0xff, 8 * 4_096);
    writeFileSync(path, bytes);
    const under = createEngineUnderTest({ dataDir: first.dataDir });
    under.engine.start();
    await under.engine.handlers['messages.page']({ peerId: PEER_ID, beforeSeq: null });
    await under.told('reset');
    await waitFor('a refilled thread', async () => (await under.texts(PEER_ID)).length === 20);
    expect(readdirSync(accountFolderOf(first.dataDir)).some((name) => name.includes('.corrupt-'))).toBe(true);
  });

  it('because the outbox is damaged while in use are replaced, and what was queued is sent once, in order', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = refuseSends;
    const texts = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(100)}`);
    for (const text of texts) under.enqueue(PEER_ID, text);
    under.engine.stop();
    const path = join(accountFolderOf(under.dataDir), 'outbox.db');
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    // An index of the open file is overwritten behind its back: so nothing is lost but what finds it.
    const bytes = readFileSync(path);
    for (let at = 4_096; at < bytes.length; at += 4_096) {
      if (bytes[at] === INDEX_LEAF || bytes[at] === INDEX_INTERIOR) bytes.fill(0xff, at, at + 4_096);
    }
    const file = openSync(path, 'r+');
    writeSync(file, bytes);
    closeSync(file);
    // Another writer makes SQLite forget the pages that it knows.
    setVersion(path, 20);
    await waitFor('the damage to be found', async () => {
      const list = await again.engine.handlers['outbox.list']({ peerId: PEER_ID });
      return !list.ok || again.engine.view().storageProblem !== null;
    });
    const repairs = () => again.engine.view().storageProblem?.repairs;
    await waitFor('the notice', () => typeof repairs()?.restoredMessages === 'number');
    server.script = () => null;
    await again.engine.handlers['connection.retry']({});
    await waitFor('an empty outbox', () => again.engine.view().connection.waitingCount === 0, 25_000);
    expect(server.messages.map(({ content }) => content)).toEqual(texts);
  });

  it('because a later version wrote them stay untouched, and the person is asked to update', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    under.engine.stop();
    for (const name of ['outbox.db', 'cache.db']) {
      const dataDir = temporaryFolder();
      cpSync(under.dataDir, dataDir, { recursive: true });
      const path = join(accountFolderOf(dataDir), name);
      setVersion(path, 999);
      const before = hashes(path);
      const again = createEngineUnderTest({ dataDir });
      again.engine.start();
      expect(again.engine.view()).toMatchObject({
        session: null,
        storageProblem: { code: 'update_required' },
      });
      again.engine.stop();
      expect(hashes(path)).toEqual(before);
      setVersion(path, name === 'outbox.db' ? 20 : 10);
    }
  });

  it('because a later version that crashed wrote them stay untouched with their logs', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    const folder = accountFolderOf(under.dataDir);
    under.engine.stop();
    for (const name of ['outbox.db', 'cache.db']) {
      const later = new SqliteDatabase(join(folder, name));
      later.exec('CREATE TABLE later (x); PRAGMA user_version = 999');
      const dataDir = temporaryFolder();
      cpSync(under.dataDir, dataDir, { recursive: true });
      later.exec(`DROP TABLE later; PRAGMA user_version = ${name === 'outbox.db' ? 20 : 10}`);
      later.close();
      const path = join(accountFolderOf(dataDir), name);
      const before = hashes(path);
      expect(before.map(({ side }) => side)).toEqual(['', '-wal', '-shm']);
      const again = createEngineUnderTest({ dataDir });
      again.engine.start();
      expect(again.engine.view().storageProblem?.code).toBe('update_required');
      again.engine.stop();
      expect(hashes(path)).toEqual(before);
    }
  });
});

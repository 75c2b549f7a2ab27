import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { accountFolderOf, uuid } from './support/builders.ts';
import { createEngineUnderTest } from './support/engine-under-test.ts';
import { refusal } from './support/scripted-server.ts';
import { PEER_ID, signIn, startServer } from './support/signed-in.ts';

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

  it('because a later version wrote them stay untouched, and the person is asked to update', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    under.engine.stop();
    const path = join(accountFolderOf(under.dataDir), 'outbox.db');
    const later = new SqliteDatabase(path);
    later.pragma('user_version = 999');
    later.close();
    const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
    const before = hash();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.engine.view()).toMatchObject({ session: null, storageProblem: { code: 'update_required' } });
    expect(hash()).toBe(before);
  });
});

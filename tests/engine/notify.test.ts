import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../electron/cache/cache.ts';
import { openAccountStores } from '../../electron/storage/account-stores.ts';
import { cacheMigrations } from '../../electron/storage/cache-migrations/index.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { conversation, message, SELF_ID, temporaryFolder, uuid } from './support/builders.ts';
import { createEngineUnderTest, hurried } from './support/engine-under-test.ts';
import { live, PEER_ID, signedIn, write } from './support/signed-in.ts';

describe('what the person is notified of', () => {
  it('is a new message of somebody else, after the window was told, and only once', async () => {
    const { server, under } = await signedIn();
    write(server, 1);
    const { message: told } = await under.told('message.upserted');
    expect(under.notified).toEqual([told.clientMessageId]);
    server.emitEvent(1);
    under.engine.onWindowFocus();
    write(server, 2);
    await under.told('message.upserted', ({ message: next }) => next.seq === 2);
    expect(under.notified).toEqual([uuid(1), uuid(2)]);
  });

  it('is no message a second time, however often the feed, the socket and a restart bring it (C7)', async () => {
    const { server, under } = await signedIn(undefined, hurried(20));
    write(server, 1);
    await under.told('message.upserted');
    for (let time = 1; time <= 3; time += 1) {
      server.emitEvent(1);
      const from = under.batches.all.length;
      server.disconnectSockets();
      await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
      await under.engine.handlers['connection.retry']({});
    }
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    await live(again);
    server.emitEvent(1);
    write(server, 2);
    await again.told('message.upserted', ({ message: next }) => next.seq === 2);
    expect([...under.notified, ...again.notified]).toEqual([uuid(1), uuid(2)]);
  });

  it('is not what one wrote oneself, nor what was there at the first sign-in', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 1));
    write(server, 2, SELF_ID);
    await under.told('message.upserted', ({ message: next }) => next.seq === 2);
    expect(under.notified).toEqual([]);
  });

  it('is not what was read elsewhere before this computer heard of it', async () => {
    const { server, under } = await signedIn();
    server.isLive = false;
    for (const number of [1, 2]) write(server, number);
    const readAt = new Date(0).toISOString();
    server.append({ type: 'conversation.read', conversationId: 1, userId: SELF_ID, readSeq: 1, readAt });
    under.engine.onWindowFocus();
    await under.told('message.upserted', ({ message: next }) => next.seq === 2);
    expect(under.notified).toEqual([uuid(2)]);
  });

  it('is not, after a restart, what a restored server stores again', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 9));
    write(server, 1);
    await under.told('message.upserted');
    expect(under.notified).toEqual([uuid(1)]);
    under.engine.stop();
    server.messages = [];
    server.conversations.set(1, conversation({ id: 1 }));
    server.events = [];
    server.epoch = '33333333-3333-4333-8333-333333333333';
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    await live(again);
    for (const number of [9, 1, 2]) write(server, number);
    await again.told('message.upserted', ({ message: next }) => next.seq === 3);
    expect(again.notified).toEqual([uuid(2)]);
  });
});

describe('the notification marks', () => {
  it('count for every message that an older version has stored, and change nothing else', () => {
    const folder = temporaryFolder();
    const database = new SqliteDatabase(join(folder, 'cache.db'));
    const [initial] = cacheMigrations;
    expect(initial?.version).toBe(10);
    database.exec(initial?.sql ?? '');
    database.pragma('user_version = 10');
    database.exec(`
      INSERT INTO feed_cursor VALUES (1, 's', 'e', 7);
      INSERT INTO conversations VALUES (1, ${PEER_ID}, 'Trainee 1', 0, 2, NULL, 0, 0, 2, 0, 1);
      INSERT INTO messages VALUES (1, 1, 11, ${PEER_ID}, '${uuid(1)}', 'theirs', '2026-01-01T00:00:01.000Z');
      INSERT INTO messages VALUES (1, 2, 12, ${SELF_ID}, '${uuid(2)}', 'mine', '2026-01-01T00:00:02.000Z');
      INSERT INTO trainees VALUES (${PEER_ID}, 'Trainee 1', 't@example.com', 1);`);
    const tables = ['feed_cursor', 'conversations', 'messages', 'trainees'];
    const contents = (from: SqliteDatabase.Database) =>
      tables.map((table) => from.prepare(`SELECT * FROM ${table}`).all());
    const before = contents(database);
    database.close();

    const opened = openAccountStores(folder, { clock: systemClock, log: () => undefined });
    if (!opened.ok) throw new Error(opened.error.code);
    const cache = createCache(opened.value.cache);
    const theirs = message({ seq: 1, senderId: PEER_ID, clientMessageId: uuid(1) });
    expect(cache.notified.mark(theirs)).toBe(false);
    expect(cache.notified.mark({ ...theirs, clientMessageId: uuid(3) })).toBe(true);
    opened.value.cache.close();
    opened.value.outbox.close();
    const after = new SqliteDatabase(join(folder, 'cache.db'));
    expect(contents(after)).toEqual(before);
    expect(after.prepare('SELECT count(*) FROM notified_messages').pluck().get()).toBe(2);
    after.close();
  });
});

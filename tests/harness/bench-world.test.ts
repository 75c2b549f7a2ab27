import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kysely } from 'kysely';
import { startSqlite } from '../../bench/backend/databases.ts';
import { fillWorld, pairOf, SMALL } from '../../bench/backend/world.ts';
import { openDatabase } from '../../backend/storage/open.ts';
import { listConversations } from '../../backend/messaging/conversation-repository.ts';
import type { Tables } from '../../backend/storage/tables.ts';

const server = startSqlite();
let db: Kysely<Tables>;

beforeAll(async () => {
  const location = await server.create('world');
  await (await openDatabase(location, Date.now)).close();
  db = server.connect(location);
  await db.transaction().execute((trx) => fillWorld(trx, server.dialect, SMALL, Date.now()));
});

afterAll(async () => {
  await db.destroy();
  await server.dispose();
});

describe('the world that the backend is measured in', () => {
  it('has a thousand messages in a hundred conversations of the first trainer, with some unread', async () => {
    const list = await listConversations(db, { id: pairOf(0, 0).trainerId, role: 'trainer' }, null, 200);
    expect(list).toHaveLength(100);
    expect(list.every(({ lastSeq, lastMessage }) => lastSeq === 10 && lastMessage?.seq === 10)).toBe(true);
    expect(list.every(({ unreadCount }) => unreadCount > 0)).toBe(true);
  });

  it('tells every message in the feeds of both sides, without a gap', async () => {
    const heads = await db.selectFrom('users').select('feed_seq').where('feed_seq', '>', 0).execute();
    const events = await db.selectFrom('feed_events').select('feed_seq').execute();
    expect(events).toHaveLength(2_000);
    expect(heads.map(({ feed_seq: head }) => head).toSorted((a, b) => b - a)).toEqual([
      1_000,
      ...Array.from({ length: 100 }, () => 10),
    ]);
  });
});

import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createCache, storeConversation, storeMessage } from '../../electron/cache/cache.ts';
import { createOutbox } from '../../electron/outbox/outbox.ts';
import { createReadMarks } from '../../electron/outbox/read-marks.ts';
import { cachePath, outboxPath } from '../../electron/storage/account-files.ts';
import type { Store } from '../../electron/storage/open.ts';
import { conversation, message, openDatabases, SELF_ID } from './support/builders.ts';

describe('cached messages', () => {
  it('come as one page without a hole: what lies below a missing message is left out', () => {
    const { cache } = openDatabases();
    for (const seq of [1, 2, 4, 5, 6]) storeMessage(cache, message({ seq }));
    const seqs = (beforeSeq: number, limit = 20) =>
      cache.messages.below(1, beforeSeq, limit).map((row) => row.seq);
    expect(seqs(7)).toEqual([4, 5, 6]);
    expect(seqs(7, 2)).toEqual([5, 6]);
    expect(seqs(4)).toEqual([]);
    expect(seqs(3)).toEqual([1, 2]);
    expect(seqs(9)).toEqual([]);
  });

  it('are stored once, and replaced when the server’s incarnation has another at their place', () => {
    const { cache } = openDatabases();
    expect(storeMessage(cache, message({ seq: 1 }))).toBe(true);
    expect(storeMessage(cache, message({ seq: 1 }))).toBe(false);
    expect(storeMessage(cache, message({ seq: 1, id: 77, content: 'another' }))).toBe(true);
    expect(cache.messages.below(1, 2, 20)).toMatchObject([{ id: 77, content: 'another' }]);
  });
});

describe('cached conversations', () => {
  it('never step back when an older statement of the server comes late', () => {
    const { cache } = openDatabases();
    const newest = conversation({ id: 1, lastMessage: message({ seq: 9 }), readSeq: 5, peerReadSeq: 6 });
    storeConversation(cache, newest, SELF_ID);
    const late = conversation({ id: 1, lastMessage: message({ seq: 4 }), readSeq: 2, peerReadSeq: 1 });
    storeConversation(cache, late, SELF_ID);
    expect(cache.conversations.find(1)).toMatchObject({
      lastSeq: 9,
      lastMessageAt: newest.lastMessageAt,
      readSeq: 5,
      peerReadSeq: 6,
    });
  });

  it('stay one per person even if the server gives the conversation another id', () => {
    const { cache } = openDatabases();
    storeConversation(cache, conversation({ id: 1 }), SELF_ID);
    const again = conversation({ id: 2, trainee: { id: 101, name: 'Trainee 1' } });
    storeConversation(cache, again, SELF_ID);
    expect(cache.conversations.list().map(({ id, peerId }) => [id, peerId])).toEqual([[2, 101]]);
  });
});

/** A store that remembers the SQL that was prepared on it. */
function recording(store: Store, statements: string[]): Store {
  return {
    ...store,
    prepare: (sql) => {
      statements.push(sql);
      return store.prepare(sql);
    },
  };
}

describe('every statement', () => {
  it('finds its messages, conversations and outbox rows by an index', () => {
    const { folder, stores } = openDatabases();
    const onCache: string[] = [];
    const onOutbox: string[] = [];
    createCache(recording(stores.cache, onCache));
    createOutbox(recording(stores.outbox, onOutbox));
    createReadMarks(recording(stores.outbox, onOutbox));
    expect(onCache.length).toBeGreaterThan(20);
    expect(onOutbox.length).toBeGreaterThan(12);

    function scans(path: string, statements: readonly string[]): string[] {
      const database = new SqliteDatabase(path, { readonly: true });
      const found = statements.flatMap((sql) => {
        const parameters = Array.from({ length: sql.split('?').length - 1 }, () => null);
        const plan = database
          .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...parameters);
        return plan.map(({ detail }) => `${detail} <- ${sql.replace(/\s+/g, ' ').trim().slice(0, 60)}`);
      });
      database.close();
      return found.filter((line) => line.startsWith('SCAN') && !line.includes('USING'));
    }
    // Lists that are meant to be whole, and walks over the few rows of the outbox in their own order.
    const whole = [...scans(cachePath(folder), onCache), ...scans(outboxPath(folder), onOutbox)].filter(
      (line) => !/^SCAN (c|t|outbox|read_marks) /.test(line),
    );
    expect(whole).toEqual([]);
  });
});

describe('a big cache', () => {
  it('lists ten thousand conversations and reads a page without a statement worth logging', () => {
    const { cache } = openDatabases();
    cache.transaction(() => {
      for (let id = 1; id <= 10_000; id += 1) {
        for (let seq = 1; seq <= 3; seq += 1) storeMessage(cache, message({ conversationId: id, seq }));
        const last = message({ conversationId: id, seq: 3 });
        storeConversation(cache, conversation({ id, lastMessage: last, unreadCount: 3 }), SELF_ID);
      }
    });
    expect(cache.conversations.list().length).toBe(10_000);
    expect(cache.conversations.unreadCounts().length).toBe(10_000);
    expect(cache.messages.below(5_000, 4, 20).length).toBe(3);
  });
});

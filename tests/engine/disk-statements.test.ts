/** A statement that fails in the middle: what was there before is there still, or all of the new is. */
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createCache, storeConversation } from '../../electron/cache/cache.ts';
import { settle } from '../../electron/outbox/settle.ts';
import { createOutbox } from '../../electron/outbox/outbox.ts';
import { createReadMarks } from '../../electron/outbox/read-marks.ts';
import { cacheMigrations } from '../../electron/storage/cache-migrations/index.ts';
import type { Migration } from '../../electron/storage/migrate.ts';
import { openStore, type SqlValue, type Statement, type Store } from '../../electron/storage/open.ts';
import { outboxMigrations } from '../../electron/storage/outbox-migrations/index.ts';
import { applyEvents } from '../../electron/sync/apply.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import type { FeedEvent } from '../../shared/wire/feed.ts';
import {
  conversation,
  EPOCH,
  message,
  openDatabases,
  SELF_ID,
  SERVER_ID,
  temporaryFolder,
  uuid,
} from './support/builders.ts';

class DiskError extends Error {
  readonly code = 'SQLITE_IOERR_WRITE';
}

/** Passes everything on, but lets the n-th writing statement of all its databases fail. */
class FailingDisk {
  #left = Number.POSITIVE_INFINITY;

  failAfter(statements: number): void {
    this.#left = statements;
  }

  /** True when the failure has been met since {@link failAfter}. */
  get hasFailed(): boolean {
    return this.#left < 0;
  }

  under(store: Store): Store {
    const count = (): void => {
      this.#left -= 1;
      if (this.#left === -1) throw new DiskError('no');
    };
    return {
      ...store,
      prepare: <Params extends readonly SqlValue[], Row>(sql: string): Statement<Params, Row> => {
        const statement = store.prepare<Params, Row>(sql);
        return {
          ...statement,
          run: (...params) => {
            count();
            return statement.run(...params);
          },
        };
      },
    };
  }
}

/** Every table with every row. */
function contents(path: string): unknown {
  const database = new SqliteDatabase(path, { readonly: true });
  try {
    const tables = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name",
      )
      .all();
    return tables.map(({ name, sql }) => ({ sql, rows: database.prepare(`SELECT * FROM "${name}"`).all() }));
  } finally {
    database.close();
  }
}

const cursor = { serverId: SERVER_ID, epoch: EPOCH, feedSeq: 0 };

const EVENTS: readonly FeedEvent[] = [
  { feedSeq: 1, type: 'message.created', message: message({ seq: 2 }) },
  {
    feedSeq: 2,
    type: 'message.created',
    message: message({ seq: 3, senderId: SELF_ID, clientMessageId: uuid(1) }),
  },
  { feedSeq: 3, type: 'conversation.created', conversation: conversation({ id: 2 }) },
  {
    feedSeq: 4,
    type: 'conversation.read',
    conversationId: 1,
    userId: SELF_ID,
    readSeq: 2,
    readAt: '2026-01-01T00:00:00.000Z',
  },
  {
    feedSeq: 5,
    type: 'trainee.updated',
    trainee: { id: 101, name: 'Maya', email: 'm@example.com', conversationId: 1 },
  },
  { feedSeq: 6, type: 'conversation.archived', conversationId: 2 },
];

function setUp() {
  const { folder, stores } = openDatabases();
  const disk = new FailingDisk();
  const cache = createCache(disk.under(stores.cache));
  const outbox = createOutbox(disk.under(stores.outbox));
  const failures: unknown[] = [];
  const parts = {
    cache,
    outbox,
    marks: createReadMarks(disk.under(stores.outbox)),
    selfId: SELF_ID,
    onStorageFailure: (thrown: unknown) => void failures.push(thrown),
  };
  storeConversation(cache, conversation({ id: 1, lastMessage: message({ seq: 1 }) }), SELF_ID);
  outbox.append({
    clientMessageId: uuid(1),
    peerId: 101,
    content: 'mine',
    queuedAt: '2026-01-01T00:00:00.000Z',
  });
  return { disk, cache, outbox, parts, failures, cacheFile: join(folder, 'cache.db') };
}

/** What a cache holds after all of the work. */
function contentsAfter(work: (made: ReturnType<typeof setUp>) => void): unknown {
  const made = setUp();
  work(made);
  return contents(made.cacheFile);
}

describe('a statement that fails', () => {
  it.each([
    ['applying events', (made: ReturnType<typeof setUp>) => applyEvents(made.parts, cursor, EVENTS)],
    [
      'settling a message',
      (made: ReturnType<typeof setUp>) =>
        settle(made.parts, { message: message({ seq: 2, senderId: SELF_ID, clientMessageId: uuid(1) }) }),
    ],
  ] as const)(
    'while %s leaves the cache as it was or whole, never between, and a repetition ends the same',
    (_, work) => {
      const whole = contentsAfter(work);
      let failed = 0;
      for (let statements = 0; ; statements += 1) {
        const made = setUp();
        const old = contents(made.cacheFile);
        made.disk.failAfter(statements);
        try {
          work(made);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DiskError);
        }
        const found = contents(made.cacheFile);
        expect([old, whole]).toContainEqual(found);
        if (!made.disk.hasFailed) break;
        failed += 1;
        // Nothing of one's own may be gone from both.
        const isCached = made.cache.messages
          .below(1, (made.cache.conversations.find(1)?.lastSeq ?? 0) + 1, 9)
          .some((row) => row.clientMessageId === uuid(1));
        expect(isCached || made.outbox.find(uuid(1)) !== undefined).toBe(true);
        made.disk.failAfter(Number.POSITIVE_INFINITY);
        work(made);
        expect(contents(made.cacheFile)).toEqual(whole);
      }
      expect(failed).toBeGreaterThan(2);
    },
  );
});

describe('a migration that fails', () => {
  const FAILING = 'CREATE TEMP TABLE failing (x CHECK (x > 0)); INSERT INTO failing VALUES (0)';
  const open = (path: string, migrations: readonly Migration[]) =>
    openStore({
      path,
      name: 'cache',
      migrations,
      synchronous: 'FULL',
      clock: systemClock,
      log: () => undefined,
    });

  it.each([
    ['cache', cacheMigrations],
    ['outbox', outboxMigrations],
  ] as const)(
    'at any statement leaves the %s at the version before, ready for the next start',
    (name, migrations) => {
      for (const [index, step] of migrations.entries()) {
        const before = migrations.slice(0, index);
        const statements = step.sql
          .replace(/--[^\n]*/g, '')
          .split(';')
          .slice(0, -1);
        for (let count = 0; count <= statements.length; count += 1) {
          const path = join(temporaryFolder(), `${name}.db`);
          const first = open(path, before);
          if (first.ok) first.value.store.close();
          const old = contents(path);
          const sql = [...statements.slice(0, count), FAILING].join(';');
          expect(open(path, [...before, { version: step.version, sql }])).toMatchObject({
            ok: false,
            error: { code: 'storage_failed' },
          });
          expect(contents(path)).toEqual(old);
          const again = open(path, migrations);
          expect(again).toMatchObject({ ok: true, value: { wasCorrupt: false } });
          if (again.ok) again.value.store.close();
        }
      }
    },
  );

  it('keeps every message of the version before, row for row', () => {
    const path = join(temporaryFolder(), 'outbox.db');
    const [initial] = outboxMigrations;
    if (!initial) throw new Error('There is no first step.');
    const old = new SqliteDatabase(path);
    old.exec(initial.sql);
    old.pragma(`user_version = ${initial.version}`);
    old.exec(`
      INSERT INTO outbox VALUES (3, '${uuid(1)}', 101, 'first', '2026-01-01T00:00:00.000Z', 'sending', NULL, NULL);
      INSERT INTO outbox VALUES (7, '${uuid(2)}', 102, 'second', '2026-01-01T00:00:01.000Z', 'refused', 'not_found', 'Gone.');
      INSERT INTO read_marks VALUES (1, 5)`);
    const before = old.prepare<[], object>('SELECT * FROM outbox').all();
    old.close();
    const opened = open(path, outboxMigrations);
    if (!opened.ok) throw new Error(opened.error.code);
    const { store } = opened.value;
    expect(store.prepare<[], object>('SELECT * FROM outbox').all()).toEqual(
      before.map((row) => ({ ...row, digest: null })),
    );
    expect(store.prepare<[], object>('SELECT * FROM read_marks').all()).toEqual([
      { conversation_id: 1, up_to_seq: 5 },
    ]);
    store.close();
  });
});

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { CorruptDatabaseError, storageError } from '../../electron/storage/errors.ts';
import { openStore, type OpenOptions } from '../../electron/storage/open.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { temporaryFolder } from './support/builders.ts';

const NOTES = { version: 10, sql: 'CREATE TABLE notes (text TEXT NOT NULL) STRICT;' };

function options(path: string, more: Partial<OpenOptions> = {}): OpenOptions {
  return {
    path,
    name: 'cache',
    migrations: [NOTES],
    synchronous: 'FULL',
    clock: systemClock,
    log: () => undefined,
    ...more,
  };
}

function open(path: string, more: Partial<OpenOptions> = {}) {
  const opened = openStore(options(path, more));
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

describe('opening a database', () => {
  it('keeps the file and its companions to the person alone', () => {
    const path = join(temporaryFolder(), 'test.db');
    const { store } = open(path);
    store.prepare<[string]>('INSERT INTO notes (text) VALUES (?)').run('kept');
    for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    store.close();
  });

  it('commits with the durability asked for, also after unsynced work that failed', () => {
    const { store } = open(join(temporaryFolder(), 'test.db'));
    const synchronous = () =>
      store.prepare<[], { synchronous: number }>('PRAGMA synchronous').get()?.synchronous;
    expect(synchronous()).toBe(2);
    expect(store.unsynced(synchronous)).toBe(1);
    expect(() =>
      store.unsynced(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(synchronous()).toBe(2);
    store.close();
  });

  it('applies only the migrations that are missing, in order', () => {
    const path = join(temporaryFolder(), 'test.db');
    const first = open(path).store;
    first.prepare<[string]>('INSERT INTO notes (text) VALUES (?)').run('old');
    first.close();
    const next = { version: 20, sql: "ALTER TABLE notes ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm';" };
    const second = open(path, { migrations: [NOTES, next] }).store;
    expect(second.prepare<[], object>('SELECT * FROM notes').all()).toEqual([{ text: 'old', mood: 'calm' }]);
    second.close();
  });

  it('refuses a schema from the future and leaves the file as it is', () => {
    const path = join(temporaryFolder(), 'test.db');
    const future = new SqliteDatabase(path);
    future.exec('CREATE TABLE later (x); PRAGMA user_version = 999');
    future.close();
    const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
    const before = hash();
    const opened = openStore(options(path));
    expect(opened).toMatchObject({ ok: false, error: { code: 'update_required' } });
    expect(hash()).toBe(before);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('puts a damaged file aside, opens a fresh one and keeps the two newest damaged ones', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'test.db');
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 1) };
    for (const stamp of [1_000, 2_000, 3_000]) {
      writeFileSync(path, `not a database ${stamp} `.repeat(500));
      const { store, wasCorrupt } = open(path, { clock });
      expect(wasCorrupt).toBe(true);
      expect(store.prepare<[], object>('SELECT * FROM notes').all()).toEqual([]);
      store.close();
    }
    const kept = readdirSync(folder).filter((name) => name.includes('corrupt'));
    const contents = kept.map((name) => readFileSync(join(folder, name), 'utf8').slice(0, 19));
    expect(contents.toSorted()).toEqual(['not a database 2000', 'not a database 3000']);
  });

  it('names the database that turns out to be damaged while in use', () => {
    const path = join(temporaryFolder(), 'test.db');
    const first = open(path).store;
    const insert = first.prepare<[string]>('INSERT INTO notes (text) VALUES (?)');
    first.transaction(() => {
      for (let row = 0; row < 2_000; row += 1) insert.run('x'.repeat(200));
    });
    first.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 3 * 4_096);
    writeFileSync(path, bytes);
    const { store } = open(path);
    expect(() => store.prepare<[], object>('SELECT * FROM notes').all()).toThrow(CorruptDatabaseError);
    store.close();
  });

  it('logs a slow query by its text, never by its values', () => {
    let ms = 0;
    const clock = { ...systemClock, monotonic: () => (ms += 30) };
    const lines: string[] = [];
    const log = (event: string, facts: object = {}) => void lines.push(`${event} ${JSON.stringify(facts)}`);
    const { store } = open(join(temporaryFolder(), 'test.db'), { clock, log });
    store.prepare<[string]>('INSERT INTO notes (text) VALUES (?)').run('secret words');
    store.close();
    expect(lines).toEqual([
      'storage.slow_query {"database":"cache","ms":30,"query":"INSERT INTO notes (text) VALUES (?)"}',
    ]);
  });
});

describe('a storage failure', () => {
  it('is told apart for a person: a full disk from everything else', () => {
    expect(storageError(Object.assign(new Error(), { code: 'SQLITE_FULL' })).code).toBe('storage_full');
    expect(storageError(Object.assign(new Error(), { code: 'ENOSPC' })).code).toBe('storage_full');
    expect(storageError(new Error('anything')).code).toBe('storage_failed');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../backend/storage/database.ts';
import { isDatabaseUnavailable, openDatabase } from '../../backend/storage/open.ts';
import type { Queries, WriteTransaction } from '../../backend/storage/tables.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-commits-'));
  database = await openDatabase(path.join(folder, 'backend.db'), Date.now);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const note = async (trx: WriteTransaction, key: string, value = '') => {
  await trx.insertInto('meta').values({ key, value }).execute();
};

async function readKeys(db: Queries): Promise<string[]> {
  const rows = await db.selectFrom('meta').select('key').orderBy('key').execute();
  return rows.map(({ key }) => key);
}

describe('writing transactions on a SQLite file that come at the same time', () => {
  it('are in the file together when the first is told of its success', async () => {
    const all = ['a', 'b', 'c', 'd'].map((key) => database.transaction((trx) => note(trx, key)));
    await all[0];
    expect(await readKeys(database.read)).toEqual(['a', 'b', 'c', 'd']);
    await Promise.all(all);
  });

  it('see what those before them wrote, and nobody else sees it before the commit', async () => {
    const seen: string[][] = [];
    const outside: string[][] = [];
    await Promise.all(
      ['a', 'b', 'c'].map((key) =>
        database.transaction(async (trx) => {
          seen.push(await readKeys(trx));
          outside.push(await readKeys(database.read));
          await note(trx, key);
        }),
      ),
    );
    expect(seen).toEqual([[], ['a'], ['a', 'b']]);
    expect(outside).toEqual([[], [], []]);
  });

  it.each([
    ['first', 0],
    ['middle', 1],
    ['last', 2],
  ])('undo only the %s when that one fails', async (_, place) => {
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((key, index) =>
        database.transaction(async (trx) => {
          await note(trx, key);
          if (index === place) throw new Error(`no ${key}`);
          return key;
        }),
      ),
    );
    const kept = ['a', 'b', 'c'].filter((_key, index) => index !== place);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { message: `no ${'abc'[place]}` } },
    ]);
    expect(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))).toEqual(kept);
    expect(await readKeys(database.read)).toEqual(kept);
  });

  it('fail with the one that finds the disk full, because SQLite undoes them all', async () => {
    await database.transaction((trx) => sql`pragma max_page_count = 1`.execute(trx));
    const outcomes = await Promise.allSettled([
      database.transaction((trx) => note(trx, 'a')),
      database.transaction((trx) => note(trx, 'b', 'x'.repeat(1_000_000))),
      database.transaction((trx) => note(trx, 'c')),
    ]);
    expect(outcomes.map((one) => one.status === 'rejected' && isDatabaseUnavailable(one.reason))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await readKeys(database.read)).toEqual(['c']);
  });

  it('fail together when another process holds the lock, and work again after it', async () => {
    const other = new SqliteDatabase(path.join(folder, 'backend.db'));
    other.exec('begin immediate');
    const outcomes = await Promise.allSettled(
      ['a', 'b'].map((key) => database.transaction((trx) => note(trx, key))),
    );
    other.close();
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && isDatabaseUnavailable(outcome.reason)).toBe(true);
    }
    await database.transaction((trx) => note(trx, 'c'));
    expect(await readKeys(database.read)).toEqual(['c']);
  });
});

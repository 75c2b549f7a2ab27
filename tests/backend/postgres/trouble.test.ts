import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { sql } from 'kysely';
import type { Database } from '../../../backend/storage/database.ts';
import { isDatabaseUnavailable, openDatabase } from '../../../backend/storage/open.ts';
import type { WriteTransaction } from '../../../backend/storage/tables.ts';
import { copyDatabase, dropDatabase, runStatement, startPostgres } from '../../harness/postgres.ts';
import { startTcpLink } from '../../harness/tcp-link.ts';

/** No request may take longer. */
const REQUEST_MS = 10_000;

let location: string;
let database: Database;
beforeEach(async () => {
  location = await copyDatabase(inject('demoTemplate') ?? '');
  database = await openDatabase(location, Date.now);
});
afterEach(async () => {
  await database.close();
  await dropDatabase(location);
});

const readOne = ({ read }: Database) => read.selectFrom('users').selectAll().limit(1).execute();
const rename = (trx: WriteTransaction, id: number, name: string) =>
  trx.updateTable('users').set({ name }).where('id', '=', id).execute();

/** What a promise fails with; fails itself when it does not. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('Nothing failed.');
}

/** A promise, and the way to fulfil it. */
function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a PostgreSQL server in trouble', () => {
  it('that was killed is unavailable until it is back, and needs no restart of ours', async () => {
    const server = await startPostgres('full');
    const own = await openDatabase(server.address, Date.now);
    await readOne(own);
    await server.kill();
    expect(isDatabaseUnavailable(await failureOf(readOne(own)))).toBe(true);
    expect(isDatabaseUnavailable(await failureOf(own.transaction((trx) => rename(trx, 1, 'x'))))).toBe(true);
    await server.start();
    await readOne(own);
    await own.transaction((trx) => rename(trx, 1, 'x'));
    await own.close();
    await server.dispose();
  });

  it('that ends a session in a transaction undoes it, and says so', async () => {
    const failure = await failureOf(
      database.transaction(async (trx) => {
        await rename(trx, 1, 'Half done');
        await runStatement(
          location,
          `select pg_terminate_backend(pid, 5000) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await rename(trx, 2, 'Never done');
      }),
    );
    expect(isDatabaseUnavailable(failure)).toBe(true);
    const rows = await database.read
      .selectFrom('users')
      .select('name')
      .where('name', 'like', '% done')
      .execute();
    expect(rows).toEqual([]);
  });

  it('that does not answer any more is given up in time', async () => {
    const link = await startTcpLink(location);
    const address = new URL(location);
    address.port = new URL(link.url).port;
    const linked = await openDatabase(address.href, Date.now);
    await readOne(linked);
    link.strand();
    const startedAt = performance.now();
    expect(isDatabaseUnavailable(await failureOf(readOne(linked)))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(REQUEST_MS);
    await readOne(linked);
    await linked.close();
    await link.close();
  });

  it('whose row somebody holds is given up in time', async () => {
    const [held, over] = [latch(), latch()];
    const holder = database.transaction(async (trx) => {
      await rename(trx, 1, 'Held');
      held.open();
      await over.opened;
    });
    await held.opened;
    const startedAt = performance.now();
    const failure = await failureOf(database.transaction((trx) => rename(trx, 1, 'Late')));
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(REQUEST_MS);
    over.open();
    await holder;
  });

  it('that breaks a deadlock lets both have their turn', async () => {
    const meeting = [latch(), latch()] as const;
    let runs = 0;
    const cross = (own: 0 | 1) =>
      database.transaction(async (trx) => {
        runs += 1;
        // Run again it goes the other's way, so that it cannot overtake it and meet it once more.
        const isAgain = runs > 2;
        const [first, second] = (own === 0) !== isAgain ? [1, 2] : [2, 1];
        await rename(trx, first, `Crossed ${own}`);
        meeting[own].open();
        await meeting[own === 0 ? 1 : 0].opened;
        await rename(trx, second, `Crossed ${own}`);
      });
    await Promise.all([cross(0), cross(1)]);
    expect(runs).toBe(3);
    const names = await database.read.selectFrom('users').select('name').where('id', 'in', [1, 2]).execute();
    expect(new Set(names.map(({ name }) => name)).size).toBe(1);
  });

  it('whose schema another node migrates goes on, reading and writing', async () => {
    const inTransaction = () =>
      database.transaction((trx) => trx.selectFrom('users').selectAll().where('id', '=', 1).execute());
    await readOne(database);
    await inTransaction();
    await runStatement(location, 'alter table users add column nickname text');
    expect((await readOne(database))[0]).toHaveProperty('nickname');
    expect((await inTransaction())[0]).toHaveProperty('nickname');
  });

  it('keeps 64-bit numbers, and any id that a request can name', async () => {
    const largest = Number.MAX_SAFE_INTEGER;
    const { rows } = await sql<{ largest: number }>`select ${largest}::bigint as largest`.execute(
      database.read,
    );
    expect(rows).toEqual([{ largest }]);
    expect(await database.read.selectFrom('users').select('id').where('id', '=', largest).execute()).toEqual(
      [],
    );
  });
});

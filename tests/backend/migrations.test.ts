/** A database of an earlier version is brought up to date without a changed row. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../backend/storage/open.ts';
import type { Queries } from '../../backend/storage/tables.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The tables of version 10, with the columns that put their rows in order. */
const FIRST_TABLES: Readonly<Record<string, string>> = {
  meta: 'key',
  users: 'id',
  trainee_profiles: 'user_id',
  sessions: 'id',
  refresh_tokens: 'token_hash',
  conversations: 'id',
  messages: 'id',
  send_rates: 'user_id',
  feed_events: 'user_id, feed_seq',
};

let files: TestDatabase;
beforeEach(async () => {
  files = await createTestDatabase();
});
afterEach(() => files.delete());

/** Every row of every table of version 10. */
async function dump(db: Queries): Promise<Readonly<Record<string, unknown[]>>> {
  const tables: Record<string, unknown[]> = {};
  for (const [table, order] of Object.entries(FIRST_TABLES)) {
    const { rows } = await sql`select * from ${sql.table(table)} order by ${sql.raw(order)}`.execute(db);
    tables[table] = rows;
  }
  return tables;
}

/** Runs `work` on the open database. */
async function withDatabase<T>(
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(files.location, Date.now);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

it('keeps every row of version 10, and adds the tables of version 20', async () => {
  const before = await withDatabase(async (database) => {
    await database.transaction(async (trx) => {
      await trx.schema.dropTable('push_jobs').execute();
      await trx.schema.dropTable('push_devices').execute();
      await sql`delete from schema_versions where version > 10`.execute(trx);
    });
    return dump(database.read);
  });
  expect(before['messages']?.length).toBeGreaterThan(100);

  const after = await withDatabase(async (database) => {
    const { rows } = await sql<{ version: number }>`select version from schema_versions order by 1`.execute(
      database.read,
    );
    expect(rows.map(({ version }) => version)).toEqual([10, 20]);
    expect(await database.read.selectFrom('push_devices').selectAll().execute()).toEqual([]);
    expect(await database.read.selectFrom('push_jobs').selectAll().execute()).toEqual([]);
    return dump(database.read);
  });
  expect(after).toEqual(before);
});

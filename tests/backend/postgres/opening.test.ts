import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { seedDemo } from '../../../backend/demo/seed.ts';
import { SettingsError } from '../../../backend/settings-error.ts';
import { loadIdentity } from '../../../backend/storage/meta.ts';
import { openDatabase } from '../../../backend/storage/open.ts';
import { createDatabase, dropDatabase, runStatement } from '../../harness/postgres.ts';

let location: string;
beforeEach(async () => {
  location = await createDatabase(inject('demoTemplate') ?? '');
});
afterEach(() => dropDatabase(location));

const open = (address = location) => openDatabase(address, Date.now);
const tableNames = async () =>
  (await runStatement(location, "select tablename from pg_tables where schemaname = 'public'")).map(
    (row) => row['tablename'],
  );

/** Opens and expects the one sentence that says why that cannot be. */
async function expectRefusal(address: string, sentence: RegExp): Promise<void> {
  const refusal: unknown = await open(address).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(SettingsError);
  expect(refusal).toHaveProperty('message', expect.stringMatching(sentence));
  expect(refusal).not.toHaveProperty('message', expect.stringMatching(/hidden|\n/));
}

describe('opening a PostgreSQL database', () => {
  it('is refused, without a word of the password, where there is none', async () => {
    await expectRefusal(
      'postgres://inbox:hidden@127.0.0.1:1/x',
      /^The database 127.0.0.1:1\/x .*ECONNREFUSED/,
    );
    const nowhere = new URL(location);
    nowhere.password = 'hidden';
    nowhere.pathname = 'nowhere';
    await expectRefusal(nowhere.href, /"nowhere" does not exist/);
  });

  it('is refused when it holds the tables of another program, which stay alone', async () => {
    await runStatement(location, 'create table recipes (id int)');
    await expectRefusal(location, /tables of another program/);
    expect(await tableNames()).toEqual(['recipes']);
  });

  it('is refused when a newer version wrote it, and changes nothing', async () => {
    await runStatement(
      location,
      `create table schema_versions (version int, name text, applied_at bigint);
       insert into schema_versions values (100000, 'from the future', 0)`,
    );
    await expectRefusal(location, /newer version/);
    expect(await tableNames()).toEqual(['schema_versions']);
  });

  it('brings four nodes that start at once one schema, one identity and one demo', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => open()));
    const identities = await Promise.all(
      databases.map(async (database) => {
        await seedDemo(database, Date.now());
        return loadIdentity(database);
      }),
    );
    for (const database of databases) await database.close();
    expect(new Set(identities.map((identity) => JSON.stringify(identity))).size).toBe(1);
    const [counts] = await runStatement(
      location,
      `select count(*)::int as people, (select count(distinct version) = count(*) from schema_versions) as once
       from users where email = 'maya@demo.test'`,
    );
    expect(counts).toEqual({ people: 1, once: true });
  });

  it('lets nobody write on the connections for reading', async () => {
    const database = await open();
    await expect(
      database.read.insertInto('meta').values({ key: 'written', value: 'by a reader' }).execute(),
    ).rejects.toThrow(/read-only transaction/);
    await database.close();
  });
});

import { sql } from 'kysely';
import { SettingsError } from '../settings-error.ts';
import type { Migration } from './migration.ts';
import { firstSchema } from './migrations/010-first-schema.ts';
import { push } from './migrations/020-push.ts';
import type { SchemaDialect } from './schema-dialect.ts';
import type { Queries, WriteTransaction } from './tables.ts';

/** Every step, oldest first. */
const migrations: readonly Migration[] = [firstSchema, push];

/** The schema that this program works with. */
const SCHEMA_VERSION = migrations.at(-1)?.version ?? 0;

/**
 * Version of the schema in the database; 0 when it is empty. Reads only.
 * @throws SettingsError when a later program, or quite another one, wrote the database
 */
export async function checkSchemaVersion(db: Queries, dialect: SchemaDialect): Promise<number> {
  const tables = await dialect.tableNames(db);
  if (tables.length === 0) return 0;
  if (!tables.includes('schema_versions')) {
    throw new SettingsError('The database holds the tables of another program.');
  }
  const newest = await sql<{
    version: number | null;
  }>`select max(version) as version from schema_versions`.execute(db);
  const version = newest.rows[0]?.version ?? 0;
  if (version > SCHEMA_VERSION) {
    throw new SettingsError(
      `The database was written by a newer version of this program (schema ${version}, known up to ${SCHEMA_VERSION}).`,
    );
  }
  return version;
}

/** Brings the schema up to date in one transaction; `write` is the database's own writing transaction. */
export async function migrate(
  write: <T>(work: (trx: WriteTransaction) => Promise<T>) => Promise<T>,
  dialect: SchemaDialect,
  now: number,
): Promise<void> {
  await write(async (trx) => {
    const current = await checkSchemaVersion(trx, dialect);
    await sql`create table if not exists schema_versions
      (version integer primary key, name text not null, applied_at bigint not null)`.execute(trx);
    for (const migration of migrations.filter(({ version }) => version > current)) {
      await migration.up(trx, dialect);
      await sql`insert into schema_versions (version, name, applied_at)
        values (${migration.version}, ${migration.name}, ${now})`.execute(trx);
    }
  });
}

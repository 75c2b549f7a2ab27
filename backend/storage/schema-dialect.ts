import { sql, type ColumnDefinitionBuilder } from 'kysely';
import type { Queries } from './tables.ts';

/** What the schema has to say differently on each of the two databases. */
export interface SchemaDialect {
  /** Type of a table's own id, which the database numbers: 1, 2, 3 … */
  readonly id: 'integer' | 'bigserial';
  /** Makes a column of type `id` the table's primary key. */
  readonly asId: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** Type of a column that holds another table's id. */
  readonly reference: 'integer' | 'bigint';
  /** Names of the tables that are there. */
  tableNames(db: Queries): Promise<readonly string[]>;
}

interface NamedTable {
  readonly name: string;
}

/** SQLite, whose integers have 64 bits whatever their type is called. */
export const sqliteSchema: SchemaDialect = {
  id: 'integer',
  asId: (column) => column.primaryKey().autoIncrement(),
  reference: 'integer',
  async tableNames(db) {
    const { rows } = await sql<NamedTable>`
      select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'`.execute(
      db,
    );
    return rows.map(({ name }) => name);
  },
};

/** PostgreSQL. Ids have 64 bits there too, so that no number from a request is out of a column's range. */
export const postgresSchema: SchemaDialect = {
  id: 'bigserial',
  asId: (column) => column.primaryKey(),
  reference: 'bigint',
  async tableNames(db) {
    const { rows } = await sql<NamedTable>`
      select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
    return rows.map(({ name }) => name);
  },
};

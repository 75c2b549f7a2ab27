/** Databases to measure on, and the least that each needs for one durable row. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from '../../backend/storage/tables.ts';
import { createDatabase, runStatement, startPostgres } from '../../tests/harness/postgres.ts';
import type { Dialect } from './world.ts';

/** One kind of database, with an empty one for each world. */
export interface DatabaseServer {
  readonly dialect: Dialect;
  /** Name and version, and what a commit waits for. */
  readonly label: string;
  /** Makes an empty database. @returns what the backend is given as `--database` */
  create(name: string): Promise<string>;
  /** For statements that take longer than the backend's own may. */
  connect(location: string): Kysely<Tables>;
  /** Stores one row in its own commit, as durable as the backend's; `lane` is one of so many connections. */
  openBareTable(lanes: number): Promise<BareTable>;
  /** Stops and deletes everything. */
  dispose(): Promise<void>;
}

/** A table with a key and a text. */
export interface BareTable {
  insert(lane: number, key: string): Promise<void>;
  close(): Promise<void>;
}

const BARE_TEXT = 'Same time on Friday? Bring the belt, we go heavy.';

/** SQLite files on the disk of the temporary folder. */
export function startSqlite(): DatabaseServer {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-bench-'));
  const { sqlite_version: version } = new SqliteDatabase(':memory:')
    .prepare<[], { sqlite_version: string }>('select sqlite_version() as sqlite_version')
    .get() ?? { sqlite_version: 'unknown' };
  return {
    dialect: 'sqlite',
    label: `SQLite ${version}, WAL, synchronous=FULL`,
    create: (name) => Promise.resolve(path.join(folder, `${name}.db`)),
    connect: (location) =>
      new Kysely<Tables>({ dialect: new SqliteDialect({ database: new SqliteDatabase(location) }) }),
    openBareTable() {
      const connection = new SqliteDatabase(path.join(folder, 'bare.db'));
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.exec(
        'create table bare (id integer primary key, key text not null unique, content text not null)',
      );
      const insert = connection.prepare('insert into bare (key, content) values (?, ?)');
      return Promise.resolve({
        // A file has one writer at a time: the lanes are one.
        insert(_lane, key) {
          insert.run(key, BARE_TEXT);
          return Promise.resolve();
        },
        close() {
          connection.close();
          return Promise.resolve();
        },
      });
    },
    dispose() {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** A PostgreSQL server of its own, which waits for the disk at every commit as it does unless told otherwise. */
export async function startPostgresServer(): Promise<DatabaseServer> {
  const server = await startPostgres('full');
  const [row] = await runStatement(server.address, 'show server_version');
  return {
    dialect: 'postgres',
    label: `PostgreSQL ${String(row?.['server_version'])}, fsync=on, synchronous_commit=on`,
    create: () => createDatabase(server.address),
    connect: (location) =>
      new Kysely<Tables>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: location }) }),
      }),
    async openBareTable(lanes) {
      const address = await createDatabase(server.address);
      await runStatement(
        address,
        'create table bare (id serial primary key, key text not null unique, content text not null)',
      );
      const clients = Array.from({ length: lanes }, () => new pg.Client({ connectionString: address }));
      await Promise.all(clients.map((client) => client.connect()));
      const text = 'insert into bare (key, content) values ($1, $2)';
      return {
        async insert(lane, key) {
          await clients[lane]?.query({ name: 'insert', text, values: [key, BARE_TEXT] });
        },
        async close() {
          await Promise.all(clients.map((client) => client.end()));
        },
      };
    },
    dispose: () => server.dispose(),
  };
}

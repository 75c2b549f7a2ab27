/** The server's database in memory: made once, copied for each simulation, and for each backup. */
import RealDatabase from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import type { Database } from '../../backend/storage/database.ts';
import { groupCommits } from '../../backend/storage/group-commit.ts';
import { migrate } from '../../backend/storage/migrate.ts';
import { sqliteSchema } from '../../backend/storage/schema-dialect.ts';
import { immediateSqliteDialect } from '../../backend/storage/sqlite-dialect.ts';
import type { Tables } from '../../backend/storage/tables.ts';
import type { Life } from './life.ts';
import { FIRST_RELATIONS, PASSWORD, PEOPLE } from './people.ts';

export const SERVER_ID = '11111111-1111-4111-8111-111111111111';

/** Databases of earlier simulations, to be used again with their prepared statements. */
const spare: RealDatabase.Database[] = [];
const statements = new WeakMap<RealDatabase.Database, Map<string, RealDatabase.Statement>>();

async function createDatabase(): Promise<RealDatabase.Database> {
  const connection = new RealDatabase(':memory:');
  const db = new Kysely<Tables>({ dialect: immediateSqliteDialect(connection) });
  await migrate((work) => db.transaction().execute((trx) => work(trx)), sqliteSchema, 0);
  return connection;
}

/** Prepares a statement, or hands out the one that was prepared before. */
export function prepared(connection: RealDatabase.Database, text: string): RealDatabase.Statement {
  const known = statements.get(connection) ?? new Map<string, RealDatabase.Statement>();
  statements.set(connection, known);
  const statement = known.get(text) ?? connection.prepare(text);
  known.set(text, statement);
  return statement;
}

/** A database with people and relations, and nothing said yet. */
export async function newServerDatabase(epoch: string): Promise<RealDatabase.Database> {
  const connection = spare.pop() ?? (await createDatabase());
  connection.pragma('foreign_keys = OFF');
  const tables = prepared(connection, "SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const { name } of tables as { name: string }[]) {
    if (name !== 'schema_versions') prepared(connection, `DELETE FROM ${name}`).run();
  }
  connection.pragma('foreign_keys = ON');
  prepared(connection, "INSERT INTO meta (key, value) VALUES ('server_id', ?)").run(SERVER_ID);
  const insertUser = prepared(
    connection,
    'INSERT INTO users (id, role, name, email, password_hash, created_at) VALUES (?, ?, ?, ?, ?, 0)',
  );
  for (const { id, role, name, email } of PEOPLE) insertUser.run(id, role, name, email, `plain:${PASSWORD}`);
  const insertRelation = prepared(
    connection,
    'INSERT INTO trainee_profiles (user_id, trainer_id, joined_at) VALUES (?, ?, 0)',
  );
  for (const { trainee, trainer } of FIRST_RELATIONS) insertRelation.run(trainee.id, trainer.id);
  setEpoch(connection, epoch);
  return connection;
}

/** Gives a database back that no simulation uses any more; restored ones come on top, so that one is enough. */
export function returnServerDatabase(connection: RealDatabase.Database): void {
  if (spare.length === 0) spare.push(connection);
  else connection.close();
}

function setEpoch(connection: RealDatabase.Database, epoch: string): void {
  prepared(connection, "INSERT OR REPLACE INTO meta (key, value) VALUES ('epoch', ?)").run(epoch);
}

/** A database from a copy, as a new incarnation. */
export function restoredDatabase(copy: Buffer, epoch: string): RealDatabase.Database {
  const connection = new RealDatabase(copy);
  setEpoch(connection, epoch);
  return connection;
}

/** The database as one run of the server sees it: gone, like everything else, when that run is killed. */
export function openServerDatabase(
  connection: RealDatabase.Database,
  life: Life,
  clock: () => number,
): Database {
  const watched = new Proxy(connection, {
    get: (target, name) => {
      if (name !== 'prepare') return Reflect.get(target, name) as unknown;
      return (text: string) => watchStatement(prepared(target, text), text, life);
    },
  });
  // One connection for reading and writing: Kysely lets only one of them have it at a time, so reading never
  // sees what is not committed.
  const db = new Kysely<Tables>({ dialect: immediateSqliteDialect(watched) });
  return {
    read: db,
    transaction: groupCommits(db, queueMicrotask),
    time: () => sql<number>`${clock()}`,
    close: async () => {},
  };
}

function watchStatement(statement: RealDatabase.Statement, text: string, life: Life): RealDatabase.Statement {
  const isCommit = text === 'commit';
  const watched = {
    reader: statement.reader,
    all: (params: unknown[]) => {
      life.check();
      return statement.all(params);
    },
    run: (params: unknown[]) => {
      life.check();
      return isCommit ? life.commit(() => statement.run(params)) : statement.run(params);
    },
  };
  return watched as unknown as RealDatabase.Statement;
}

/** Databases to measure on, and the least that each needs for one durable row. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Dialect } from './world.ts';

/** One kind of database, with an empty one for each world. */
export interface DatabaseServer {
  readonly dialect: Dialect;
  /** Name and version, and what a commit waits for. */
  readonly label: string;
  /** What the backend is given as `--database`. */
  location(name: string): Promise<string>;
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
    location: (name) => Promise.resolve(path.join(folder, `${name}.db`)),
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

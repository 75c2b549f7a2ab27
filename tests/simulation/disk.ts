/**
 * Stands in for `openStore` of `electron/storage/open.ts`: real SQLite in memory that outlives the process which
 * uses it. Every commit is a point at which that process can be killed.
 */
import { basename } from 'node:path';
import RealDatabase from 'better-sqlite3';
import { migrate } from '../../electron/storage/migrate.ts';
import type { Opened, OpenOptions, SqlValue, Statement, Store } from '../../electron/storage/open.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Life } from './life.ts';

/** One database file. Statements are kept, because preparing them is what most of a start costs. */
export class DatabaseFile {
  readonly real = new RealDatabase(':memory:');
  readonly #statements = new Map<string, RealDatabase.Statement<SqlValue[]>>();

  prepare(sql: string): RealDatabase.Statement<SqlValue[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.real.prepare<SqlValue[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Deletes every row, which leaves what a fresh file is after its migrations. */
  clear(): void {
    const tables = this.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables as { name: string }[]) this.prepare(`DELETE FROM ${name}`).run();
  }
}

/** Files of earlier devices, to be used again: by name, because their schemas differ. */
const spare = new Map<string, DatabaseFile[]>();
const disks = new Map<string, Disk>();

/** What one device has stored; `life` is the process that uses it now. */
export class Disk {
  readonly folder: string;
  life: Life;
  readonly #files = new Map<string, DatabaseFile>();

  constructor(folder: string, life: Life) {
    this.folder = folder;
    this.life = life;
    disks.set(folder, this);
  }

  /** The file of this name, such as `cache.db`, if there is one. */
  find(name: string): DatabaseFile | undefined {
    return this.#files.get(name);
  }

  /** Opens or creates. */
  open(name: string): DatabaseFile {
    const known = this.#files.get(name);
    if (known) return known;
    const file = spare.get(name)?.pop() ?? new DatabaseFile();
    file.clear();
    this.#files.set(name, file);
    return file;
  }

  /** Gives the files back. */
  remove(): void {
    disks.delete(this.folder);
    for (const [name, file] of this.#files) spare.set(name, [...(spare.get(name) ?? []), file]);
  }
}

function diskOf(path: string): Disk {
  for (const [folder, disk] of disks) if (path.startsWith(`${folder}/`)) return disk;
  throw new Error('No device has this file.');
}

/** As the app's own `openStore`; nothing is ever damaged here. */
export function openStore({ path, migrations }: OpenOptions): Result<Opened, never> {
  const disk = diskOf(path);
  const { life } = disk;
  life.check();
  const file = disk.open(basename(path));
  const { real } = file;
  migrate(
    {
      version: () => Number(real.pragma('user_version', { simple: true })),
      step: ({ version, sql }) => {
        real.exec(sql);
        real.pragma(`user_version = ${version}`);
      },
    },
    migrations,
  );
  return ok({ store: storeOn(file, life), wasCorrupt: false, restoredCount: 0 });
}

function storeOn(file: DatabaseFile, life: Life): Store {
  const { real } = file;

  function transaction<T>(work: () => T): T {
    life.check();
    if (real.inTransaction) return work();
    file.prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      life.commit(() => file.prepare('COMMIT').run());
      return result;
    } catch (thrown) {
      if (real.inTransaction) file.prepare('ROLLBACK').run();
      throw thrown;
    }
  }

  return {
    prepare<Params extends readonly SqlValue[], Row>(sql: string): Statement<Params, Row> {
      const statement = file.prepare(sql);
      return {
        get: (...params) => {
          life.check();
          return statement.get(...params) as Row | undefined;
        },
        all: (...params) => {
          life.check();
          return statement.all(...params) as Row[];
        },
        run: (...params) => {
          life.check();
          const run = () => statement.run(...params).changes;
          return real.inTransaction ? run() : life.commit(run);
        },
      };
    },
    transaction,
    unsynced: (work) => work(),
    tryCommit: () => life.commit(() => undefined),
    close: () => {},
  };
}

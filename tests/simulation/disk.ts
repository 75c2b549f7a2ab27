/**
 * Stands in for better-sqlite3 under `electron/storage/open.ts`: real SQLite in memory that outlives the
 * process which uses it. Every commit is a point at which that process can be killed.
 */
import { statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import RealDatabase from 'better-sqlite3';
import type { Life } from './life.ts';

type Value = string | number | null;

interface Prepared {
  get(...params: Value[]): unknown;
  all(...params: Value[]): unknown[];
  run(...params: Value[]): { changes: number };
}

/** One database file. Statements are kept, because preparing them is what most of a start costs. */
export class DatabaseFile {
  readonly real = new RealDatabase(':memory:');
  readonly #statements = new Map<string, RealDatabase.Statement<Value[]>>();

  prepare(sql: string): RealDatabase.Statement<Value[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.real.prepare<Value[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Deletes every row, which leaves what a fresh file is after its migrations. */
  clear(): void {
    const tables = this.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const table of tables) {
      if (typeof table === 'object' && table !== null && 'name' in table)
        this.prepare(`DELETE FROM ${String(table.name)}`).run();
    }
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
    for (const [path, file] of this.#files) if (basename(path) === name) return file;
    return undefined;
  }

  /** Opens or creates; a path whose marker is gone was deleted or moved away. */
  open(path: string): DatabaseFile {
    const known = this.#files.get(path);
    if (known && sizeOf(path) > 0) return known;
    const file = known ?? spare.get(basename(path))?.pop() ?? new DatabaseFile();
    file.clear();
    this.#files.set(path, file);
    writeFileSync(path, 'x');
    return file;
  }

  /** Gives the files back. */
  remove(): void {
    disks.delete(this.folder);
    for (const [path, file] of this.#files) {
      const name = basename(path);
      spare.set(name, [...(spare.get(name) ?? []), file]);
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function diskOf(path: string): Disk {
  for (const [folder, disk] of disks) if (path.startsWith(`${folder}/`)) return disk;
  throw new Error('No device has this file.');
}

/** What stays the same in memory, and is not worth its time. */
const NEEDLESS_PRAGMA = /^(journal_mode|synchronous|foreign_keys|secure_delete|wal_)/;

/** One connection of one process; the part of better-sqlite3 that the app uses. */
export class SimulatedDatabase {
  open = true;
  readonly #file: DatabaseFile;
  readonly #life: Life;

  constructor(path: string) {
    const disk = diskOf(path);
    this.#life = disk.life;
    this.#life.check();
    this.#file = disk.open(path);
  }

  get inTransaction(): boolean {
    return this.#file.real.inTransaction;
  }

  prepare(sql: string): Prepared {
    const life = this.#life;
    const { real } = this.#file;
    const statement = this.#file.prepare(sql);
    return {
      get: (...params) => {
        life.check();
        return statement.get(...params);
      },
      all: (...params) => {
        life.check();
        return statement.all(...params);
      },
      run: (...params) => {
        life.check();
        return real.inTransaction ? statement.run(...params) : life.commit(() => statement.run(...params));
      },
    };
  }

  transaction<T>(work: () => T): { (): T; immediate(): T } {
    const run = (): T => {
      this.#life.check();
      this.#file.prepare('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        this.#life.commit(() => this.#file.prepare('COMMIT').run());
        return result;
      } catch (thrown) {
        if (this.#file.real.inTransaction) this.#file.prepare('ROLLBACK').run();
        throw thrown;
      }
    };
    return Object.assign(run, { immediate: run });
  }

  pragma(source: string, options?: { readonly simple?: boolean }): unknown {
    this.#life.check();
    return NEEDLESS_PRAGMA.test(source) ? undefined : this.#file.real.pragma(source, options);
  }

  exec(sql: string): void {
    this.#life.check();
    this.#file.real.exec(sql);
  }

  close(): void {
    this.open = false;
  }
}

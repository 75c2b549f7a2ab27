/** A database for one test, of the kind that the vitest project runs on, with the demo's people in it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { inject } from 'vitest';
import { seedDemo } from '../../backend/demo/seed.ts';
import { openDatabase } from '../../backend/storage/open.ts';
import { copyDatabase, dropDatabase } from '../harness/postgres.ts';

const DATABASE_FILE = 'backend.db';

/** Where a test's data is. */
export interface TestDatabase {
  /** A file or an address, as the backend takes it. */
  readonly location: string;
  /** Keeps everybody from writing, as another process would. @returns the way to let them again */
  holdWriteLock(): Promise<() => Promise<void>>;
  /** Deletes it; nobody may be connected any more. */
  delete(): Promise<void>;
}

/** Whether the tests run on PostgreSQL now, and not on SQLite. */
export const isOnPostgres = inject('demoTemplate') !== undefined;

/** Bytes of a file with the demo's people; made once, because hashing their password takes time. */
let seededFile: Promise<Buffer> | null = null;

async function readSeeded(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-seed-'));
  const file = path.join(folder, DATABASE_FILE);
  const database = await openDatabase(file, Date.now);
  await seedDemo(database, Date.now());
  await database.close();
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

async function createFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-backend-'));
  const location = path.join(folder, DATABASE_FILE);
  seededFile ??= readSeeded();
  await writeFile(location, await seededFile);
  return {
    location,
    async holdWriteLock() {
      const connection = new SqliteDatabase(location);
      connection.exec('begin immediate');
      return async () => void connection.close();
    },
    delete: () => rm(folder, { recursive: true }),
  };
}

async function copyTemplate(template: string): Promise<TestDatabase> {
  const location = await copyDatabase(template);
  return {
    location,
    async holdWriteLock() {
      const client = new pg.Client({ connectionString: location });
      await client.connect();
      await client.query('begin; lock table users, conversations, messages, push_jobs in exclusive mode');
      return () => client.end();
    },
    delete: () => dropDatabase(location),
  };
}

/** Makes a database that nobody else uses. */
export function createTestDatabase(): Promise<TestDatabase> {
  const template = inject('demoTemplate');
  return template === undefined ? createFile() : copyTemplate(template);
}

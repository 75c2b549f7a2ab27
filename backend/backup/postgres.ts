import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { CommandFailure } from '../command-failure.ts';
import { alreadyThere, PRIVATE_MODE, publish, unfinished } from './durable-files.ts';
import { beginNewEpoch } from './new-epoch.ts';
import type { Restored } from './sqlite.ts';

/** SQLSTATE: the database is being accessed by other users. */
const IN_USE = '55006';
/** Every server has it, and nobody's data is in it. */
const MAINTENANCE_DATABASE = 'postgres';
/** The longest name that PostgreSQL does not cut. */
const NAME_MAX = 63;

const nameOf = (address: string) => decodeURIComponent(new URL(address).pathname.slice(1));

function withName(address: string, name: string): string {
  const other = new URL(address);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}

/** The address as the programs of PostgreSQL read it, without the password, which others could see. */
function connectionOf(address: string): { address: string; env: NodeJS.ProcessEnv } {
  const url = new URL(address);
  const password = decodeURIComponent(url.password);
  url.password = '';
  return { address: url.href, env: { ...process.env, ...(password !== '' && { PGPASSWORD: password }) } };
}

/** Runs a program of PostgreSQL. @throws CommandFailure with what it said, or with the line to type elsewhere */
async function runProgram(
  program: 'pg_dump' | 'pg_restore',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  byHand: string,
): Promise<void> {
  try {
    await promisify(execFile)(program, [...args], { env });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new CommandFailure(`${program} is not installed here; where it is, type: ${byHand}`);
    }
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : '';
    throw new CommandFailure(`${program} failed${said === '' ? '' : ` (${said})`}.`);
  }
}

/**
 * Writes a PostgreSQL database into a new file in the custom format of `pg_dump`, as it is at one moment.
 * @throws CommandFailure
 */
export async function backUpPostgres(database: string, target: string): Promise<void> {
  if (existsSync(target)) throw alreadyThere();
  const dump = unfinished(target);
  const { address, env } = connectionOf(database);
  try {
    await (await open(dump, 'wx', PRIVATE_MODE)).close();
    await runProgram(
      'pg_dump',
      ['--format=custom', '--no-owner', '--no-privileges', `--file=${dump}`, `--dbname=${address}`],
      env,
      'pg_dump --format=custom --no-owner --no-privileges --file=<file> "$DATABASE_URL"',
    );
    await publish(dump, target);
  } finally {
    await rm(dump, { force: true });
  }
}

/** Runs statements on the server that a database is on, outside it. */
async function onServer<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: withName(database, MAINTENANCE_DATABASE) });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    throw code === IN_USE
      ? new CommandFailure('The database is in use: stop the service first, on every node.')
      : new CommandFailure(`The PostgreSQL server refuses (${code}).`);
  } finally {
    await client.end();
  }
}

async function isThere(client: pg.Client, name: string): Promise<boolean> {
  return (await client.query('select from pg_database where datname = $1', [name])).rowCount === 1;
}

/** The server ends a session a moment after its client has gone: whoever was just stopped is waited for. */
const SESSION_END_MS = 2_000;
const SESSION_PROBE_MS = 50;

async function refuseWhileInUse(client: pg.Client, name: string): Promise<void> {
  const deadline = performance.now() + SESSION_END_MS;
  for (;;) {
    const { rowCount } = await client.query(
      "select from pg_stat_activity where datname = $1 and backend_type = 'client backend' limit 1",
      [name],
    );
    if (rowCount === 0) return;
    if (performance.now() >= deadline) {
      throw new CommandFailure('The database is in use: stop the service first, on every node.');
    }
    await delay(SESSION_PROBE_MS);
  }
}

/**
 * Reads a dump into a new database and gives it the name of the given one, which keeps its data under another
 * name. Needs the right to create databases.
 * @throws CommandFailure when somebody is connected, or when the dump is not usable
 */
export async function restorePostgres(backup: string, database: string, stamp: string): Promise<Restored> {
  if (!existsSync(backup)) throw new CommandFailure('There is no such backup.');
  const name = nameOf(database);
  const quote = (other: string) => pg.escapeIdentifier(other);
  const restoring = `${name.slice(0, NAME_MAX - 30)}_restoring_${stamp}`;
  const aside = `${name.slice(0, NAME_MAX - 30)}_before_${stamp}`;
  await onServer(database, async (client) => {
    await refuseWhileInUse(client, name);
    await client.query(`create database ${quote(restoring)} template template0`);
  });
  try {
    const { address, env } = connectionOf(withName(database, restoring));
    await runProgram(
      'pg_restore',
      [
        '--no-owner',
        '--no-privileges',
        '--exit-on-error',
        '--single-transaction',
        `--dbname=${address}`,
        backup,
      ],
      env,
      'pg_restore --no-owner --single-transaction --dbname=<new database> <file>',
    );
    const identity = await beginNewEpoch(withName(database, restoring));
    const keptAside = await onServer(database, async (client) => {
      await client.query('begin');
      const isReplacing = await isThere(client, name);
      if (isReplacing) await client.query(`alter database ${quote(name)} rename to ${quote(aside)}`);
      await client.query(`alter database ${quote(restoring)} rename to ${quote(name)}`);
      await client.query('commit');
      return isReplacing ? aside : null;
    });
    return { ...identity, keptAside };
  } catch (error) {
    await onServer(database, (client) => client.query(`drop database if exists ${quote(restoring)}`));
    throw error;
  }
}

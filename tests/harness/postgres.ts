/** Real PostgreSQL servers on loopback, with their data in a temporary folder. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { waitFor, within } from './wait.ts';

const START_MS = 30_000;
const STOP_MS = 10_000;
const USER = 'inbox';
/** Every server has one, and nobody's data is in it. */
const MAINTENANCE_DATABASE = 'postgres';
/** Where Debian and its kin keep the programs of each version. */
const DEBIAN_PROGRAMS = '/usr/lib/postgresql';

/**
 * The server's end is tied to ours: it is ended when its standard input closes, also when that is because
 * this process was killed. By SIGQUIT it ends as in a crash: at once, and with nothing written any more.
 */
const TIED = '"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server';

/** What a server keeps safe: nothing, because its data lives no longer than the test, or all, as in use. */
export type Durability = 'none' | 'full';

/** A running server, or one that was killed and can be started again. */
export interface PostgresServer {
  /** Address of the database that every server has and that nobody's data is in. */
  readonly address: string;
  /** Ends it at once, as a crash does; the data stays. */
  kill(): Promise<void>;
  /** Starts again on the same port and data. Only after {@link kill}. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
}

/** Whom the server runs as: it refuses to be root. */
interface Identity {
  readonly uid: number;
  readonly gid: number;
}

function unprivileged(): Identity | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody".');
}

/** The folder of `initdb` and `postgres`. */
function programFolder(): string {
  const versions = existsSync(DEBIAN_PROGRAMS)
    ? readdirSync(DEBIAN_PROGRAMS).toSorted((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => path.join(DEBIAN_PROGRAMS, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: there is no initdb.');
  return found;
}

/** Runs one statement in the database at `address`, as its owner. */
export async function runStatement(
  address: string,
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: address });
  // Whoever kills the server ends this connection, too; the statement then fails by itself.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const nameOf = (address: string) => new URL(address).pathname.slice(1);

/** Address of another database on the same server. */
function addressOf(name: string, neighbour: string): string {
  const address = new URL(neighbour);
  address.pathname = name;
  return address.href;
}

/** Makes a copy of the database at `template`, to which nobody may be connected. @returns its address */
export async function copyDatabase(template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const statement = `create database ${name} template ${nameOf(template)}`;
  await runStatement(addressOf(MAINTENANCE_DATABASE, template), statement);
  return addressOf(name, template);
}

/** Makes an empty database on the server that `neighbour` is on. @returns its address */
export function createDatabase(neighbour: string): Promise<string> {
  return copyDatabase(addressOf('template1', neighbour));
}

/** Deletes a database and ends its connections. */
export async function dropDatabase(address: string): Promise<void> {
  const statement = `drop database if exists ${nameOf(address)} with (force)`;
  await runStatement(addressOf(MAINTENANCE_DATABASE, address), statement);
}

/** Starts a server of its own on a free port. */
export async function startPostgres(durability: Durability = 'none'): Promise<PostgresServer> {
  const programs = programFolder();
  const identity = unprivileged();
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-postgres-'));
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const data = path.join(folder, 'data');
  const port = await freePort();
  const address = `postgres://${USER}@127.0.0.1:${port}/${MAINTENANCE_DATABASE}`;
  const asUser = { ...identity, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } };
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...(durability === 'none' && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  let child: ChildProcess | null = null;
  let output = '';

  async function start(): Promise<void> {
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const program = path.join(programs, 'postgres');
    const server = spawn('/bin/sh', ['-c', TIED, 'sh', program, '-D', data, ...options], {
      ...asUser,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    child = server;
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    try {
      await waitFor('PostgreSQL to take connections', () => runStatement(address, 'select 1'), START_MS);
    } catch (error) {
      await end();
      throw new Error(`PostgreSQL did not start:\n${output}`, { cause: error });
    }
  }

  async function end(): Promise<void> {
    const server = child;
    child = null;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.stdin?.end();
    await within('PostgreSQL to end', exited, STOP_MS);
  }

  const initdb = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  await promisify(execFile)(path.join(programs, 'initdb'), initdb, asUser);
  await start();

  return {
    address,
    start,
    kill: end,
    async dispose() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

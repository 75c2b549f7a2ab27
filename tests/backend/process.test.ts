import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { loginAnswerSchema, messageAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { TestSocket } from './sockets.ts';
import { draft } from './start-backend.ts';

const MAIN = path.resolve('backend/main.ts');
const SECRET = 'a'.repeat(40) + 'is-not-hexadecimal';
/** Processes start slowly on a busy machine. */
const PROCESS_TIMEOUT_MS = 60_000;
const listeningSchema = z.strictObject({ event: z.literal('listening'), url: z.url() });

let folder: string;
let database: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-process-'));
  database = path.join(folder, 'backend.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function run(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const exited = once(child, 'exit').then(([code]: unknown[]) => code);
  return { child, exited, errors: text(child.stderr) };
}

/** Runs until it exits. */
async function runToEnd(args: readonly string[], env?: Record<string, string>) {
  const { child, exited, errors } = run(args, env);
  const output = text(child.stdout);
  return { code: await exited, output: await output, errors: await errors };
}

/** Runs until it listens. */
async function runToListening(args: readonly string[], env?: Record<string, string>) {
  const started = run(args, env);
  const lines = createInterface({ input: started.child.stdout });
  const line = await new Promise<string>((resolve) => lines.once('line', resolve));
  return { ...started, url: listeningSchema.parse(JSON.parse(line)).url };
}

async function request(url: string, method: string, token?: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}

const signIn = async (url: string, login: string) =>
  loginAnswerSchema.parse(
    await request(`${url}/api/auth/login`, 'POST', undefined, {
      email: `${login}@demo.test`,
      password: 'demo-password',
    }),
  );

describe('a bad setting', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it.each([
    ['no secret', [], {}, /^AUTH_SECRET is missing/],
    [
      'PostgreSQL that is not there',
      ['--demo', '--database', 'postgres://inbox:hidden@127.0.0.1:1/x'],
      {},
      /ECONNREFUSED/,
    ],
    ['a folder that does not exist', ['--demo', '--database', '/nowhere/at/all.db'], {}, /cannot be opened/],
    ['a host that is not here', ['--demo', '--host', '203.0.113.1'], {}, /^Cannot listen on 203\.0\.113\.1/],
  ])('%s ends with code 2 and one sentence', async (_what, args, env, sentence) => {
    const { code, output, errors } = await runToEnd(args, { DATABASE_URL: database, ...env });
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors).toMatch(sentence);
    expect(errors).not.toContain('hidden');
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('a port in use ends with code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = z.object({ port: z.number() }).parse(taken.address());
    const { code, errors } = await runToEnd([
      '--demo',
      '--port',
      String(address.port),
      '--database',
      database,
    ]);
    taken.close();
    expect(code).toBe(2);
    expect(errors).toContain('EADDRINUSE');
  });

  it('a file that is no database ends with code 2 and is left alone', async () => {
    await writeFile(database, 'These are the notes of a person, not a database.\n'.repeat(100));
    const before = await readFile(database);
    const { code, errors } = await runToEnd(['--demo', '--database', database]);
    expect(code).toBe(2);
    expect(errors).toContain('cannot be opened');
    expect(await readFile(database)).toEqual(before);
  });

  it('a database from a newer version ends with code 2 and is left untouched', async () => {
    const connection = new SqliteDatabase(database);
    connection.exec(
      'create table schema_versions (version integer primary key, name text, applied_at bigint)',
    );
    connection.exec("insert into schema_versions values (100000, 'from the future', 0)");
    connection.close();
    const before = await readFile(database);
    const { code, errors } = await runToEnd(['--demo', '--database', database]);
    expect(code).toBe(2);
    expect(errors).toContain('newer version');
    expect(await readFile(database)).toEqual(before);
  });
});

describe('the running backend', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('prints one line, keeps accepted messages over SIGKILL, and signs nobody out', async () => {
    const first = await runToListening(['--demo', '--port', '0', '--database', database]);
    const maya = await signIn(first.url, 'maya');
    const snapshot = async (url: string) =>
      snapshotAnswerSchema.parse(await request(`${url}/api/messaging/snapshot`, 'GET', maya.accessToken));
    const [conversation] = (await snapshot(first.url)).conversations;
    const { message } = messageAnswerSchema.parse(
      await request(
        `${first.url}/api/messaging/conversations/${conversation?.id}/messages`,
        'POST',
        maya.accessToken,
        draft(),
      ),
    );
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await runToListening(['--demo', '--port', '0', '--database', database]);
    const after = await snapshot(second.url);
    expect(after.conversations[0]?.lastMessage).toEqual(message);
    expect(after.feedSeq).toBe(1);
  });

  it('takes flags before the environment, and a given secret', async () => {
    await runToListening(['--demo', '--database', database]).then(({ child, exited }) => {
      child.kill('SIGTERM');
      return exited;
    });
    const { url } = await runToListening(['--port', '0', '--database', database], {
      AUTH_SECRET: SECRET,
      PORT: 'not-read',
      DATABASE_URL: 'not-read',
    });
    expect((await signIn(url, 'maya')).user.name).toBe('Maya Chen');
  });

  it('seeds nothing without --demo', async () => {
    const { url } = await runToListening(['--database', database], { AUTH_SECRET: SECRET });
    const answer = await request(`${url}/api/auth/login`, 'POST', undefined, {
      email: 'trainer@demo.test',
      password: 'demo-password',
    });
    expect(answer).toMatchObject({ error: { code: 'invalid_credentials' } });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops cleanly on %s within 5 s, with sockets open',
    async (signal) => {
      const { child, exited, url } = await runToListening(['--demo', '--database', database]);
      const maya = await signIn(url, 'maya');
      const socket = new TestSocket(url, maya.accessToken);
      await socket.event('hello');
      const startedAt = performance.now();
      child.kill(signal);
      expect(await exited).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await socket.closed();
      expect((await readdir(folder)).filter((name) => name.includes('-wal'))).toEqual([]);
      const connection = new SqliteDatabase(database, { readonly: true });
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
      connection.close();
    },
  );

  it('logs JSON lines without texts, tokens, addresses or passwords', async () => {
    const { child, exited, errors, url } = await runToListening(['--demo', '--database', database]);
    const maya = await signIn(url, 'maya');
    await request(
      `${url}/api/messaging/conversations/1/messages`,
      'POST',
      maya.accessToken,
      draft('a private text'),
    );
    await request(`${url}/api/messaging/feed?epoch=x`, 'GET', maya.accessToken);
    await request(`${url}/api/auth/refresh`, 'POST', undefined, { refreshToken: maya.refreshToken });
    child.kill('SIGTERM');
    await exited;
    const log = await errors;
    for (const line of log.trimEnd().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(log).toContain('/api/messaging/conversations/:id/messages');
    for (const secret of [
      'a private text',
      maya.accessToken,
      maya.refreshToken,
      '@demo.test',
      'demo-password',
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('shares its file with a second one: one identity, one order, one limit', async () => {
    const [one, two] = await Promise.all([
      runToListening(['--demo', '--database', database]),
      runToListening(['--demo', '--database', database]),
    ]);
    const { accessToken } = await signIn(one.url, 'maya');
    const snapshots = await Promise.all(
      [one, two].map(async ({ url }) =>
        snapshotAnswerSchema.parse(await request(`${url}/api/messaging/snapshot`, 'GET', accessToken)),
      ),
    );
    expect(snapshots[0]).toEqual(snapshots[1]);
    const [conversation] = snapshots[0]?.conversations ?? [];

    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const { url } = index % 2 === 0 ? one : two;
        const target = `${url}/api/messaging/conversations/${conversation?.id}/messages`;
        return request(target, 'POST', accessToken, draft());
      }),
    );
    const accepted = answers.flatMap((answer) => messageAnswerSchema.safeParse(answer).data?.message ?? []);
    const lastSeq = conversation?.lastSeq ?? 0;
    expect(accepted.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => lastSeq + index + 1),
    );
    const refused = answers.filter((answer) => !messageAnswerSchema.safeParse(answer).success);
    for (const answer of refused) expect(answer).toMatchObject({ error: { code: 'rate_limited' } });
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../backend/storage/open.ts';
import { lockFile } from '../../backend/storage/sqlite-lock.ts';
import { z } from '../../shared/schema.ts';
import { messagesAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { runCommand } from './run-command.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';
import { createTestDatabase, isOnPostgres } from './test-database.ts';

const restoredSchema = z.object({ serverId: z.uuid(), epoch: z.uuid(), keptAside: z.string() });

let folder: string;
let file: string;
let backend: TestBackend;
let maya: Member;
let jordan: Member;
let thread: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-backup-'));
  file = path.join(folder, 'inbox.backup');
  backend = await startBackend({ sendLimitPerMinute: 0 });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}/messages`;
});
afterEach(async () => {
  await backend.destroy();
  await rm(folder, { recursive: true });
});

const backUp = () => runCommand(backend.location, 'backup', file);
const restore = async () => restoredSchema.parse(await runCommand(backend.location, 'restore', file));
const snapshot = async () => (await maya.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
const newest = async () => (await maya.get(`${thread}?limit=100`)).read(messagesAnswerSchema).items;

/** How many messages a database holds, read past the service. */
async function countMessages(location: string): Promise<number> {
  const database = await openDatabase(location, Date.now);
  const { rows } = await sql<{ count: number }>`select count(*) as count from messages`.execute(
    database.read,
  );
  await database.close();
  return rows[0]?.count ?? 0;
}

/** The database that a restore has kept. */
function locationOf(keptAside: string): string {
  if (!isOnPostgres) return keptAside;
  const address = new URL(backend.location);
  address.pathname = keptAside;
  return address.href;
}

describe('a backup', () => {
  it('is the data of one moment, taken while people write', async () => {
    const enough = new AbortController();
    const acknowledged: number[] = [];
    async function write(member: Member): Promise<void> {
      while (!enough.signal.aborted) {
        const answer = await member.post(thread, draft());
        expect(answer.status).toBe(201);
        acknowledged.push(
          z.object({ message: z.object({ seq: z.int() }) }).parse(JSON.parse(answer.text)).message.seq,
        );
      }
    }
    const writers = [maya, jordan, maya, jordan].map(write);
    await vi.waitUntil(() => acknowledged.length > 20);
    const before = Math.max(...acknowledged);
    await backUp();
    const after = Math.max(...acknowledged);
    await vi.waitUntil(() => Math.max(...acknowledged) > after);
    enough.abort();
    await Promise.all(writers);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['inbox.backup']);

    await backend.stop();
    await restore();
    await backend.start();
    const { lastSeq = 0 } = (await snapshot()).conversations[0] ?? {};
    expect(lastSeq).toBeGreaterThanOrEqual(before);
    expect(lastSeq).toBeLessThan(Math.max(...acknowledged));
    const { rows } = await sql<{ count: number; feed: number }>`
      select count(*) as count, (select count(*) from feed_events where user_id = ${maya.id}) as feed
      from messages where conversation_id = ${Number(thread.split('/')[4])}`.execute(backend.database.read);
    const head = (await snapshot()).feedSeq;
    expect(rows).toEqual([{ count: lastSeq, feed: head }]);
  });

  it('never overwrites a file', async () => {
    await writeFile(file, 'something else');
    await expect(backUp()).rejects.toThrow(/already a file/);
    expect(await readFile(file, 'utf8')).toBe('something else');
  });

  it('of a database that is not there is refused, and makes none', async () => {
    const nowhere = isOnPostgres ? `${backend.location}_nowhere` : path.join(folder, 'nowhere.db');
    await expect(runCommand(nowhere, 'backup', file)).rejects.toThrow(/not there|pg_dump failed/);
    expect(await readdir(folder)).toEqual([]);
  });

  // Not skipped on SQLite but absent: nothing is left out there.
  if (isOnPostgres)
    it('says what to type elsewhere when pg_dump is not installed', async () => {
      vi.stubEnv('PATH', folder);
      await expect(backUp()).rejects.toThrow(
        /not installed here; where it is, type: pg_dump --format=custom/,
      );
      vi.unstubAllEnvs();
    });
});

describe('a restore', () => {
  it('goes back to the backup as the same server in a new epoch, and keeps what was there', async () => {
    await maya.post(thread, draft('Before the backup.'));
    const before = await snapshot();
    await backend.database.transaction((trx) =>
      trx
        .insertInto('push_jobs')
        .values({ message_id: 1, device_id: 'x', conversation_id: 1, created_at: 0, next_attempt_at: 9e12 })
        .execute(),
    );
    await backUp();
    const lost = draft('After the backup.');
    await maya.post(thread, lost);
    const whole = await countMessages(backend.location);
    await backend.stop();
    const { serverId, epoch, keptAside } = await restore();
    await backend.start();

    const now = await snapshot();
    expect([serverId, epoch]).toEqual([before.serverId, now.epoch]);
    expect(now.serverId).toBe(before.serverId);
    expect(now.epoch).not.toBe(before.epoch);
    expect(now.feedSeq).toBe(before.feedSeq);
    expect((await newest()).at(-1)?.content).toBe('Before the backup.');
    const stale = await maya.get(`/api/messaging/feed?epoch=${before.epoch}&after=${before.feedSeq}`);
    expect(stale.status).toBe(410);
    expect((await maya.post(thread, lost)).status).toBe(201);
    expect(await backend.database.read.selectFrom('push_jobs').selectAll().execute()).toEqual([]);
    expect(await countMessages(locationOf(keptAside))).toBe(whole);
  });

  it('knows a backup also when nobody has served from the data yet', async () => {
    const { location, delete: remove } = await createTestDatabase();
    await runCommand(location, 'migrate');
    await runCommand(location, 'backup', file);
    await expect(runCommand(location, 'restore', file)).resolves.toMatchObject({ event: 'restored' });
    await remove();
  });

  it('is refused while a service runs on the data, and changes nothing', async () => {
    await backUp();
    const before = await snapshot();
    await expect(restore()).rejects.toThrow(/in use: stop the service first/);
    expect(await snapshot()).toEqual(before);
  });

  // Only a file can be locked; what PostgreSQL does instead is in the refusals above.
  if (!isOnPostgres)
    it('keeps services from starting until it is done', async () => {
      await backend.stop();
      const unlock = lockFile(backend.location, 'exclusive');
      await expect(backend.start()).rejects.toThrow(/is being restored/);
      unlock?.();
      await backend.start();
    });

  const damages: readonly (readonly [string, () => Promise<void>])[] = [
    ['is not there', () => rm(file)],
    ['is empty', () => truncate(file)],
    ['is cut off', async () => truncate(file, Math.floor((await stat(file)).size / 2))],
    ['is something else', () => writeFile(file, 'These are the notes of a person.\n'.repeat(200))],
  ];
  const sqliteDamages: readonly (readonly [string, () => Promise<void>])[] = [
    ['has a torn page', tearPage],
    [
      'is from a newer version',
      () => change("insert into schema_versions values (100000, 'from the future', 0)"),
    ],
    ['is of another program', () => change('drop table schema_versions')],
    ['has no identity', () => change('delete from meta')],
    ['is the open file of a service', () => writeFile(`${file}-wal`, 'newer than the file')],
  ];

  async function tearPage(): Promise<void> {
    const bytes = await readFile(file);
    bytes.fill(0xa5, Math.floor(bytes.length / 8192) * 4096, Math.floor(bytes.length / 8192) * 4096 + 4096);
    await writeFile(file, bytes);
  }

  function change(statement: string): Promise<void> {
    const connection = new SqliteDatabase(file);
    connection.exec(statement);
    connection.close();
    return Promise.resolve();
  }

  it.each([...damages, ...(isOnPostgres ? [] : sqliteDamages)])(
    'is refused when the backup %s, and changes nothing',
    async (_what, damage) => {
      const before = await snapshot();
      await backUp();
      await backend.stop();
      await damage();
      await expect(restore()).rejects.toThrow(
        /no such backup|damaged|no backup of this program|newer version|another program|running service|pg_restore failed/,
      );
      if (!isOnPostgres) {
        const left = (await readdir(path.dirname(backend.location))).filter((name) =>
          /unfinished|before/.test(name),
        );
        expect(left).toEqual([]);
        expect(existsSync(backend.location)).toBe(true);
      }
      await backend.start();
      expect(await snapshot()).toEqual(before);
    },
  );
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { FEED_RETENTION_DAYS, FEED_RETENTION_EVENTS } from '../../shared/limits.ts';
import { waitFor } from '../harness/wait.ts';
import { startBackend, type Member, type TestBackend } from './start-backend.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** More than one transaction forgets. */
const MANY = 4_500;
const ROWS_AT_ONCE = 1_500;

let backend: TestBackend;
let jordan: Member;
let epoch: string;
beforeEach(async () => {
  backend = await startBackend({ accessTokenSeconds: 400 * 86_400 });
  jordan = await backend.signIn('trainer');
  epoch = (await jordan.get('/api/messaging/snapshot')).read(snapshotAnswerSchema).epoch;
});
afterEach(() => backend.destroy());

/** Puts events with these numbers into Jordan's feed, and its end behind them. */
async function putEvents(numbers: readonly number[], createdAt: number, head: number): Promise<void> {
  await backend.database.transaction(async (trx) => {
    for (let start = 0; start < numbers.length; start += ROWS_AT_ONCE) {
      const rows = numbers.slice(start, start + ROWS_AT_ONCE).map((feedSeq) => {
        const about = { conversation_id: null, message_id: null, subject_id: 1 };
        return {
          ...about,
          user_id: jordan.id,
          feed_seq: feedSeq,
          type: 'trainee.removed' as const,
          created_at: createdAt,
        };
      });
      await trx.insertInto('feed_events').values(rows).execute();
    }
    await trx.updateTable('users').set({ feed_seq: head }).where('id', '=', jordan.id).execute();
  });
}

/** Numbers of the events that are still stored of Jordan. */
async function storedNumbers(): Promise<number[]> {
  const rows = await backend.database.read
    .selectFrom('feed_events')
    .select('feed_seq')
    .where('user_id', '=', jordan.id)
    .orderBy('feed_seq')
    .execute();
  return rows.map((row) => row.feed_seq);
}

async function countOf(table: 'sessions' | 'refresh_tokens'): Promise<number> {
  const { count } = await backend.database.read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Housekeeping is done at the start. */
async function restart(): Promise<void> {
  await backend.stop();
  await backend.start();
}

describe('housekeeping', () => {
  it('forgets what is older than a feed is kept, however much, and nothing else', async () => {
    const tooOld = backend.clock() - FEED_RETENTION_DAYS * DAY_MS - 60_000;
    const numbers = Array.from({ length: MANY }, (_, index) => index + 1);
    await putEvents(numbers, tooOld, MANY);
    await putEvents([MANY + 1], tooOld + 120_000, MANY + 1);
    await restart();
    await waitFor('the old events to be forgotten', async () => (await storedNumbers()).length === 1);
    expect(await storedNumbers()).toEqual([MANY + 1]);
    const read = (after: number) => jordan.get(`/api/messaging/feed?epoch=${epoch}&after=${after}&limit=10`);
    expect((await read(MANY - 1)).status).toBe(410);
    expect((await read(MANY)).read(feedAnswerSchema).events).toHaveLength(1);
  });

  it('keeps the newest hundred thousand events of a feed', async () => {
    const head = FEED_RETENTION_EVENTS + MANY;
    const numbers = Array.from({ length: MANY + 2 }, (_, index) => index + 1);
    await putEvents(numbers, backend.clock(), head);
    await restart();
    await waitFor('the long feed to be cut', async () => (await storedNumbers()).length === 2);
    expect(await storedNumbers()).toEqual([MANY + 1, MANY + 2]);
  });

  it('forgets refresh tokens that have expired, and sessions that nothing can go on with', async () => {
    await Promise.all(['maya', 'liam'].map((login) => backend.signIn(login)));
    backend.clock.advance(20 * DAY_MS);
    const renewed = await backend.signIn('trainer');
    backend.clock.advance(11 * DAY_MS);
    await restart();
    await waitFor('the sessions to be forgotten', async () => (await countOf('sessions')) === 1);
    expect(await countOf('refresh_tokens')).toBe(1);
    const count = (member: Member) => member.get('/api/messaging/unread-count');
    expect((await count(renewed)).status).toBe(200);
    expect((await count(jordan)).status).toBe(401);
  });
});

import { sql, type CompiledQuery, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLiveSessions, ownerOfSession } from '../../backend/accounts/repository.ts';
import {
  countUnread,
  findConversationRow,
  findConversations,
  listConversations,
  listConversationsById,
} from '../../backend/messaging/conversation-repository.ts';
import { findFeedHead, findFeedHeads, listFeedRows } from '../../backend/messaging/feed-repository.ts';
import {
  findVisibleMessages,
  listMessagesBackwards,
  timeAndStoredUnder,
} from '../../backend/messaging/message-repository.ts';
import { findTrainees, listTrainees } from '../../backend/messaging/trainee-repository.ts';
import type { Viewer } from '../../backend/messaging/viewer.ts';
import type { Queries } from '../../backend/storage/tables.ts';
import { startBackend, type TestBackend } from './start-backend.ts';
import { isOnPostgres } from './test-database.ts';

const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';
const TRAINER: Viewer = { id: 1, role: 'trainer' };
const TRAINEE: Viewer = { id: 2, role: 'trainee' };

let backend: TestBackend;

beforeAll(async () => {
  backend = await startBackend();
});

afterAll(async () => {
  await backend.destroy();
});

/** The texts of the queries that `work` asks. */
async function queriesOf(work: (db: Queries) => Promise<unknown>): Promise<readonly CompiledQuery[]> {
  const { read } = backend.database;
  const asked: CompiledQuery[] = [];
  const recorder: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      asked.push(read.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  await work(read.withPlugin(recorder));
  return asked;
}

/** How the database goes about a query, a line for each step. */
function explain(query: CompiledQuery): Promise<readonly string[]> {
  return backend.database.transaction(async (trx) => {
    const run = async <Row>(text: string) =>
      (await trx.executeQuery<Row>({ ...query, sql: `${text} ${query.sql}` })).rows;
    if (!isOnPostgres) {
      return (await run<{ detail: string }>('explain query plan')).map(({ detail }) => detail);
    }
    // Tables of a test are so small that reading all of them is best. What is forbidden here is still done
    // where there is no index to do it otherwise.
    for (const way of ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin']) {
      await sql`set local ${sql.ref(`enable_${way}`)} = off`.execute(trx);
    }
    return (await run<{ 'QUERY PLAN': string }>('explain (costs off)')).map((row) =>
      row['QUERY PLAN'].trim(),
    );
  });
}

async function planOf(work: (db: Queries) => Promise<unknown>): Promise<readonly string[]> {
  const plans = await Promise.all((await queriesOf(work)).map(explain));
  expect(plans).not.toEqual([]);
  return plans.flat();
}

/** Steps that take the longer the more is stored: whole tables or indexes, and sorting. The clock is one row. */
const SLOW = isOnPostgres ? /Seq Scan|\bSort\b/ : /^SCAN (?!CONSTANT ROW|clock$)|TEMP B-TREE/;
/** Counting in an index, without looking at a message. */
const INDEX_ONLY = isOnPostgres
  ? /Index Only Scan using messages_by_sender/
  : /COVERING INDEX messages_by_sender/;

const position = { lastMessageAt: 1_000_000, id: 5 };

describe('the queries behind every request', () => {
  it.each<[string, (db: Queries) => Promise<unknown>]>([
    ['the session of a request', (db) => ownerOfSession(db, UNKNOWN_UUID).execute()],
    ['the sessions of all sockets', (db) => findLiveSessions(db, [UNKNOWN_UUID])],
    ['the head of a feed', (db) => findFeedHead(db, 1)],
    ['the heads of all feeds', (db) => findFeedHeads(db, [1, 2])],
    ['the list of conversations', (db) => listConversations(db, TRAINER, null, 50)],
    ['the next page of it', (db) => listConversations(db, TRAINER, position, 50)],
    ['the conversations of a snapshot', (db) => listConversationsById(db, TRAINER, null, 500)],
    ['the next page of them', (db) => listConversationsById(db, TRAINER, 100, 500)],
    ['one conversation', (db) => findConversationRow(db, TRAINER, 1)],
    ['conversations by their ids', (db) => findConversations(db, TRAINER, [1, 2])],
    ['the unread count', (db) => countUnread(db, TRAINER)],
    ['a trainee’s unread count', (db) => countUnread(db, TRAINEE)],
    ['the newest messages', (db) => listMessagesBackwards(db, 1, null, 20)],
    ['older messages', (db) => listMessagesBackwards(db, 1, 5_000, 20)],
    ['messages by their ids', (db) => findVisibleMessages(db, TRAINEE, [1, 2])],
    [
      'a repeated message',
      (db) =>
        timeAndStoredUnder(db, sql<number>`1`, { senderId: 1, clientMessageId: UNKNOWN_UUID }).execute(),
    ],
    ['a piece of the feed', (db) => listFeedRows(db, 1, 10, 10_000, 200)],
    ['the trainees of a trainer', (db) => listTrainees(db, 1, 0, 50)],
    ['trainees by their ids', (db) => findTrainees(db, 1, [2, 3])],
  ])('find %s by an index, and in its order', async (_what, work) => {
    expect((await planOf(work)).filter((step) => SLOW.test(step))).toEqual([]);
  });

  it.each<[string, (db: Queries) => Promise<unknown>]>([
    ['all conversations', (db) => countUnread(db, TRAINER)],
    ['each conversation of the list', (db) => listConversations(db, TRAINER, null, 50)],
  ])('count the unread messages of %s without reading one', async (_what, work) => {
    expect((await planOf(work)).some((step) => INDEX_ONLY.test(step))).toBe(true);
  });
});

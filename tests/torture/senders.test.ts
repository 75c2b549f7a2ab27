import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../../backend/demo/seed.ts';
import { createDatabase, runStatement, startPostgres, type PostgresServer } from '../harness/postgres.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { waitFor } from '../harness/wait.ts';
import { findPairs, follow, openNode, write, type Node, type Tally } from './support/crowd.ts';
import { settings } from './support/settings.ts';

const WRITERS = 16;

let server: PostgresServer;
let location: string;
let nodes: Node[] = [];
beforeAll(async () => {
  server = await startPostgres();
  location = await createDatabase(server.address);
  const first = await openNode(location);
  await seedDemo(first.database, Date.now());
  nodes = [first, await openNode(location)];
}, settings.patienceMs);
afterAll(async () => {
  for (const { database } of nodes) await database.close();
  await server.dispose();
});

/** How many rows a query finds. */
async function countOf(query: string): Promise<number> {
  const [row] = await runStatement(location, `select count(*)::int as count from (${query}) found`);
  return Number(row?.['count']);
}

describe('sixteen writers on two nodes and one PostgreSQL', () => {
  it('leave no deadlock, no gap and no event that a reader skips', { timeout: 60 * 60_000 }, async () => {
    const tally: Tally = {
      accepted: [],
      repeats: 0,
      unavailable: 0,
      refused: new Map(),
      readSeqs: new Map(),
      disorders: [],
    };
    const [node] = nodes;
    if (!node) throw new Error('No node was opened.');
    const pairs = await findPairs(node);
    const seededMessages = await countOf('select 1 from messages');
    const isEnough = () => tally.accepted.length >= settings.senders;

    let isOver = false;
    // The trainers' feeds are those in which most happens at once.
    const trainers = new Map(pairs.map(({ trainer }) => [trainer.id, trainer])).values();
    const readers = [...trainers, ...pairs.slice(0, 2).map(({ trainee }) => trainee)];
    const followers = readers.map((viewer) => follow(nodes, viewer, () => isOver));
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: WRITERS }, (_, index) =>
        write({ nodes, pairs, random: seededRandom(settings.seed + index), tally }, isEnough),
      ),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    isOver = true;
    const cursors = await Promise.all(followers);
    process.stdout.write(
      `${tally.accepted.length} messages stored, ${Math.round(tally.accepted.length / seconds)} a second; ` +
        `${tally.repeats} repeats; ${tally.unavailable} given up; refused: ${JSON.stringify(Object.fromEntries(tally.refused))}\n`,
    );

    expect(tally.disorders).toEqual([]);
    expect(new Set(tally.accepted.map(({ id }) => id)).size).toBe(tally.accepted.length);
    expect(await countOf('select 1 from messages')).toBe(seededMessages + tally.accepted.length);
    const stored = new Map(
      (await runStatement(location, 'select id, seq, client_message_id from messages')).map((row) => [
        Number(row['id']),
        `${String(row['seq'])} ${String(row['client_message_id'])}`,
      ]),
    );
    expect(
      tally.accepted.filter(({ id, seq, clientMessageId }) => stored.get(id) !== `${seq} ${clientMessageId}`),
    ).toEqual([]);

    expect(
      await countOf(`select 1 from conversations c left join messages m on m.conversation_id = c.id
        group by c.id having count(m.id) <> c.last_seq or max(m.seq) <> c.last_seq or min(m.seq) <> 1
        or max(m.created_at) <> c.last_message_at`),
    ).toBe(0);
    const readSeqs = await runStatement(
      location,
      `select id || ' trainer' as side, trainer_read_seq as seq from conversations union all
       select id || ' trainee', trainee_read_seq from conversations`,
    );
    const settled = new Map(readSeqs.map((row) => [row['side'], Number(row['seq'])]));
    expect([...tally.readSeqs].filter(([side, seq]) => (settled.get(side) ?? 0) < seq)).toEqual([]);
    expect(
      await countOf(`select 1 from messages later join messages earlier
        on earlier.conversation_id = later.conversation_id and earlier.seq = later.seq - 1
        where earlier.created_at > later.created_at`),
    ).toBe(0);
    expect(
      await countOf(`select 1 from users u left join feed_events e on e.user_id = u.id
        group by u.id having count(e.feed_seq) <> u.feed_seq or coalesce(max(e.feed_seq), 0) <> u.feed_seq`),
    ).toBe(0);
    expect(
      await countOf(`select 1 from messages m join feed_events e on e.message_id = m.id
        group by m.id having count(*) <> 2 or count(distinct e.user_id) <> 2`),
    ).toBe(0);
    expect(await countOf(`select distinct message_id from feed_events where message_id is not null`)).toBe(
      tally.accepted.length,
    );
    expect(Math.max(...cursors)).toBeGreaterThan(tally.accepted.length / 2);

    // The server adds up what its sessions saw when they end.
    for (const { database } of nodes.splice(0)) await database.close();
    await waitFor('the nodes to be gone', async () => {
      const sessions = "select 1 from pg_stat_activity where application_name = 'trainer-inbox'";
      return (await countOf(sessions)) === 0;
    });
    const [totals] = await runStatement(
      location,
      'select deadlocks::int, xact_commit::int as commits from pg_stat_database where datname = current_database()',
    );
    expect(totals?.['deadlocks']).toBe(0);
    expect(Number(totals?.['commits'])).toBeGreaterThan(settings.senders);
  });
});

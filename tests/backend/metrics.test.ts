import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../backend/operations/metrics.ts';
import { isOnPostgres } from './test-database.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const TOKEN = 'a-token-of-the-operator';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let thread: string;
beforeAll(async () => {
  backend = await startBackend({ metricsToken: TOKEN });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}/messages`;
});
afterAll(() => backend.destroy());

const ask = (token?: string) => backend.request('GET', '/metrics', { token });

/** Values by series, e.g. `sends_total{outcome="accepted"}`; the prefix of our own is left out. */
async function readMetrics(): Promise<ReadonlyMap<string, number>> {
  const lines = (await ask(TOKEN)).text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [series = '', value] = line.split(/ (?=[^ ]+$)/);
      return [series.replace(/^trainer_inbox_/, ''), Number(value)];
    }),
  );
}

/** By how much series grow while something happens. */
async function growthDuring(work: () => Promise<unknown>): Promise<(series: string) => number> {
  const before = await readMetrics();
  await work();
  const after = await readMetrics();
  return (series) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
}

describe('/metrics', () => {
  it('is for whoever has the token, and for nobody where there is none', async () => {
    expect((await ask()).status).toBe(401);
    expect((await ask('another-token-entirely')).status).toBe(401);
    expect((await ask(jordan.accessToken)).status).toBe(401);
    const answer = await ask(TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const without = await startBackend();
    expect((await without.request('GET', '/metrics', { token: TOKEN })).status).toBe(404);
    await without.destroy();
  });

  it('counts what becomes of messages', async () => {
    const sent = draft();
    const growth = await growthDuring(async () => {
      await maya.post(thread, sent);
      await maya.post(thread, sent);
      await maya.post(thread, { ...sent, content: 'Something else.' });
      await maya.post(thread, draft('   '));
      await maya.post('/api/messaging/conversations/4000000/messages', draft());
      await jordan.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() });
    });
    expect(growth('sends_total{outcome="accepted"}')).toBe(2);
    expect(growth('sends_total{outcome="repeated"}')).toBe(1);
    expect(growth('sends_total{outcome="idempotency_mismatch"}')).toBe(1);
    expect(growth('sends_total{outcome="invalid_input"}')).toBe(1);
    expect(growth('sends_total{outcome="not_found"}')).toBe(1);
    const route = 'route="/api/messaging/conversations/:id/messages",method="POST"';
    expect(growth(`http_request_duration_seconds_count{${route},status="201"}`)).toBe(1);
    expect(growth(`http_request_duration_seconds_count{${route},status="409"}`)).toBe(1);
    expect(growth('database_seconds_count{kind="transaction"}')).toBeGreaterThanOrEqual(2);
    expect(growth('database_seconds_count{kind="read"}')).toBeGreaterThanOrEqual(6);
  });

  it('counts sockets, what they are told and what they ask', async () => {
    const socket = new TestSocket(backend.url, jordan.accessToken);
    await socket.event('hello');
    const growth = await growthDuring(async () => {
      await maya.post(thread, draft('Heard at once.'));
      await socket.event('feed', ({ event }) => event.type === 'message.created');
      await socket.raw.emitWithAck('conversation:focus', { conversationId: null });
      await socket.raw.emitWithAck('conversation:focus', { conversationId: 'none' });
      await socket.raw.emitWithAck('an event of this client alone', {});
    });
    expect((await readMetrics()).get('sockets_open')).toBe(1);
    expect(growth('feed_delivery_seconds_count')).toBe(1);
    expect(growth('feed_delivery_seconds_sum')).toBeGreaterThan(0);
    expect(growth('feed_delivery_seconds_sum')).toBeLessThan(5);
    expect(growth('socket_events_total{event="conversation:focus",outcome="ok"}')).toBe(1);
    expect(growth('socket_events_total{event="conversation:focus",outcome="invalid_input"}')).toBe(1);
    expect(growth('socket_events_total{event="unknown",outcome="invalid_input"}')).toBe(1);
    socket.raw.disconnect();
  });

  it('has no more series for whatever clients choose, and none for a person', async () => {
    await backend.request('GET', '/some/path');
    const before = await readMetrics();
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        await backend.request('GET', `/some/other/path/${index}`);
        await maya.get(`/api/messaging/conversations/${5_000_000 + index}/messages?before=${index}`);
      }),
    );
    const after = await readMetrics();
    const added = [...after.keys()].filter((series) => !before.has(series));
    expect(new Set(added.map((series) => /route="[^"]*"/.exec(series)?.[0]))).toEqual(
      new Set(['route="/api/messaging/conversations/:id/messages"']),
    );
    expect([...after.keys()].join('\n')).not.toMatch(/demo|user|path|5000000/);
  });

  it('shows the connections to PostgreSQL, where there is one', async () => {
    const metrics = await readMetrics();
    const states = ['in use', 'idle', 'waiting'].map((state) =>
      metrics.get(`database_connections{state="${state}"}`),
    );
    if (isOnPostgres) expect(Math.max(...states.map(Number))).toBeGreaterThan(0);
    else expect(states).toEqual([undefined, undefined, undefined]);
  });

  it('answers also while the database does not', async () => {
    const broken = await startBackend({ metricsToken: TOKEN });
    await broken.database.transaction((trx) => trx.schema.alterTable('push_jobs').renameTo('gone').execute());
    expect((await broken.request('GET', '/metrics', { token: TOKEN })).status).toBe(200);
    await broken.destroy();
  });

  it('tells of the process when it is asked to', async () => {
    const text = await createMetrics({ process: true }).text();
    for (const name of [
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
      'nodejs_heap_size_used_bytes',
    ]) {
      expect(text).toContain(`\n${name}`);
    }
  });

  it('measures what it is given on demand', async () => {
    const metrics = createMetrics();
    metrics.watch({
      databaseConnections: () => ({ idle: 2, waiting: 0 }),
      push: () => Promise.resolve({ waiting: 3, oldestAgeMs: 1_500, counts: { sent: 5, failed: 1 } }),
    });
    const text = await metrics.text();
    expect(text).toContain('trainer_inbox_database_connections{state="idle"} 2');
    expect(text).toContain('trainer_inbox_push_waiting 3');
    expect(text).toContain('trainer_inbox_push_oldest_age_seconds 1.5');
    expect(text).toContain('trainer_inbox_push_outcomes_total{outcome="sent"} 5');
  });
});

import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../backend/operations/http-server.ts';
import { createLogger } from '../../backend/operations/logger.ts';
import { createMetrics } from '../../backend/operations/metrics.ts';
import { z } from '../../shared/schema.ts';
import { errorBodySchema } from '../../shared/wire/rest.ts';
import { waitFor, within } from '../harness/wait.ts';
import { startBackend, type Member, type TestBackend } from './start-backend.ts';

const METRICS_TOKEN = 'a-token-for-the-metrics-that-is-long-enough';
const lineSchema = z.looseObject({ msg: z.string(), status: z.union([z.int(), z.string()]).optional() });

let backend: TestBackend;
let maya: Member;
let lines: () => readonly string[];
beforeEach(async () => {
  backend = await startBackend({ metricsToken: METRICS_TOKEN });
  maya = await backend.signIn('maya');
  lines = backend.keepLog();
});
afterEach(() => backend.destroy());

function open(): Socket {
  const { hostname, port } = new URL(backend.url);
  return connect({ host: hostname, port: Number(port) }).on('error', () => {});
}

function post(path: string, body: unknown, token = 'none'): string {
  const content = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${content.length}\r\n\r\n${content}`
  );
}

const lostRequests = () =>
  lines()
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter(({ status }) => status === 'lost');

async function expectLost(count: number): Promise<void> {
  await waitFor(`${count} lost requests`, () => lostRequests().length === count);
}

/** Hashing a password takes long enough for anybody to leave before the answer. */
const slow = () => post('/api/auth/login', { email: 'nobody@demo.test', password: 'not-the-password' });
/** Once this is refused, what stood before it on the same connection has begun. */
const NONSENSE = 'this is not http\r\n\r\n';

describe('a request whose client is gone before the answer', () => {
  it.each([
    ['that is followed by nonsense', slow() + NONSENSE, 1],
    ['and one that waited behind it', slow() + slow() + NONSENSE, 2],
    ['to a route that does not exist', post('/nowhere', {}) + NONSENSE, 1],
    ['that nobody may make', `GET /api/auth/me HTTP/1.1\r\nHost: x\r\n\r\n${NONSENSE}`, 1],
  ])('%s ends: it has its line, and a stop need not wait for it', async (_name, bytes, count) => {
    open().end(bytes);
    await expectLost(count);
    await within('the stop', backend.stop());
    expect(lostRequests()).toHaveLength(count);
  });

  it('is counted as lost', async () => {
    open().end(slow() + NONSENSE);
    await expectLost(1);
    const { text } = await backend.request('GET', '/metrics', { token: METRICS_TOKEN });
    expect(text).toMatch(/http_request_duration_seconds_count\{.*"lost"\} 1\n/);
  });

  it('is finished when it has arrived, before a stop ends', async () => {
    const change = { current: 'demo-password', next: 'another-password-of-maya' };
    const socket = open();
    socket.write(post('/api/auth/password', change, maya.accessToken));
    // Answers on other connections say that the server has read this one's request, and asked who makes it.
    for (let calls = 0; calls < 3; calls += 1) await maya.get('/api/auth/me');
    socket.resetAndDestroy();
    await within('the stop', backend.stop());
    expect(lostRequests()).toHaveLength(1);
    await backend.start();
    const login = { email: 'maya@demo.test', password: change.next };
    expect((await backend.request('POST', '/api/auth/login', { body: login })).status).toBe(200);
  });
});

describe('a request that the server takes too long for', () => {
  it.each(['GET', 'POST'])('is answered with 503 after ten seconds (%s)', async (method) => {
    const app = createHttpServer(createLogger('silent'), createMetrics(), []);
    app.route({ method, url: '/endless', handler: () => new Promise(() => {}) });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const startedAt = performance.now();
    const answer = await fetch(`${url}/endless`, {
      method,
      ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
    });
    expect(performance.now() - startedAt).toBeLessThan(11_000);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(errorBodySchema.parse(await answer.json()).error.code).toBe('unavailable');
    await app.close();
  });
});

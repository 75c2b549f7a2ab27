import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { errorBodySchema, messageAnswerSchema } from '../../shared/wire/rest.ts';
import { draft, startBackend, type Answer, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let maya: Member;
let messages: string;
beforeAll(async () => {
  backend = await startBackend();
  maya = await backend.signIn('maya');
  const jordan = await backend.signIn('trainer');
  messages = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}/messages`;
});
afterAll(() => backend.destroy());

const strictErrorSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
});

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  expect(answer.read(strictErrorSchema).error.code).toBe(code);
  expect(answer.text).not.toMatch(/stack|sqlite|select |node_modules|\.ts\b/i);
}

/** Sends raw bytes, and unless the connection is to stay open its end, and reads until the server hangs up. */
async function exchange(request: string, { isOpen = false } = {}): Promise<string> {
  const { hostname, port } = new URL(backend.url);
  const socket = connect({ host: hostname, port: Number(port) });
  if (isOpen) socket.write(request);
  else socket.end(request);
  return text(socket);
}

const post = (body: string, headers: Record<string, string> = {}) =>
  backend.request('POST', messages, { token: maya.accessToken, body, headers });

describe('what cannot be read', () => {
  it.each([
    '{',
    '{"content":',
    'undefined',
    '{"a":1}}',
    '\u0000',
    `{"__proto__":{"x":1},"clientMessageId":"${draft().clientMessageId}","content":"x"}`,
  ])('malformed JSON is refused with 400: %j', async (body) =>
    expectRefusal(await post(body), 400, 'invalid_input'),
  );

  it.each(['null', '[]', '7', '"x"', '{}', '{"content":null}'])(
    'another shape is refused with 400: %s',
    async (body) => expectRefusal(await post(body), 400, 'invalid_input'),
  );

  it('a body over 16 KiB is refused with 413', async () => {
    const padding = 'x'.repeat(16 * 1024);
    expectRefusal(await post(JSON.stringify({ ...draft(), padding })), 413, 'payload_too_large');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('%s is refused with 415', async (type) =>
    expectRefusal(
      await post(JSON.stringify(draft()), { 'content-type': type }),
      415,
      'unsupported_media_type',
    ),
  );

  it('JSON with a charset is read', async () => {
    const answer = await post(JSON.stringify(draft()), { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(201);
  });

  it('a header for JSON on a request without a body does no harm', async () => {
    const session = await backend.signIn('maya');
    const answer = await backend.request('POST', '/api/auth/logout', {
      token: session.accessToken,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(204);
  });

  it.each([
    '/',
    '/api',
    '/api/nothing',
    '/api/messaging/conversations/1/nothing',
    '/%zz',
    '/admin.php?x=<script>',
  ])('the path %s is answered with 404', async (target) =>
    expectRefusal(await backend.request('GET', target), 404, 'not_found'),
  );

  it.each(['abc', '0', '-1', '1.5', '1e3', '99999999999999999999', '%00', "1'--"])(
    'the id %s names nothing',
    async (id) => expectRefusal(await maya.get(`/api/messaging/conversations/${id}`), 404, 'not_found'),
  );

  it('whatever is sent to whatever route, the answer is one of the protocol’s', async () => {
    const jordan = await backend.signIn('trainer');
    const target = fc.constantFrom(
      messages,
      messages.replace('/messages', '/read'),
      '/api/messaging/conversations',
      '/api/auth/refresh',
      '/api/auth/password',
      '/api/auth/impersonate',
    );
    const field = fc.constantFrom(
      'clientMessageId',
      'content',
      'traineeId',
      'upToSeq',
      'refreshToken',
      'current',
      'next',
    );
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.uuid(), fc.nat())),
    );
    await fc.assert(
      fc.asyncProperty(target, body, async (path, value) => {
        const answer = await backend.request('POST', path, {
          token: jordan.accessToken,
          body: JSON.stringify(value),
        });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) answer.read(strictErrorSchema);
      }),
      { numRuns: 200 },
    );
    const lists = fc.constantFrom(
      messages,
      '/api/messaging/feed',
      '/api/messaging/snapshot',
      '/api/trainees',
    );
    await fc.assert(
      fc.asyncProperty(lists, fc.webQueryParameters(), async (path, value) => {
        const answer = await jordan.get(
          `${path}?cursor=${value}&before=${value}&after=${value}&limit=${value}`,
        );
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  });

  it('a request that has not arrived after ten seconds gets 408, and is not stored', async () => {
    const body = JSON.stringify(draft());
    const head =
      `POST ${messages} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${maya.accessToken}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    const startedAt = performance.now();
    const answers = await Promise.all([
      exchange(head, { isOpen: true }),
      exchange(`${head}\r\n${body.slice(0, -1)}`, { isOpen: true }),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect((await post(body)).status).toBe(201);
  });

  it('headers over 16 KiB get 431', async () => {
    const answer = await exchange(
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('what is not HTTP gets the same shape and is cut off', async () => {
    const answer = await exchange('this is not http\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(errorBodySchema.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).error.code).toBe(
      'invalid_input',
    );
  });
});

describe('every answer', () => {
  it('has a request id of its own', async () => {
    const answers = await Promise.all([
      backend.request('GET', '/healthz'),
      backend.request('GET', '/healthz', { headers: { 'x-request-id': 'chosen-by-a-client' } }),
      maya.get('/api/auth/me'),
    ]);
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain('chosen-by-a-client');
  });

  it('says whether the process lives and can serve', async () => {
    expect((await backend.request('GET', '/healthz')).text).toBe('{"status":"ok"}');
    expect((await backend.request('GET', '/readyz')).text).toBe(
      '{"status":"ready","checks":{"database":"ok","redis":"not used","push":"not configured"}}',
    );
  });
});

describe('a database that is away', () => {
  it('is answered with 503 and when to come back, and nothing is half done', async () => {
    const blocked = await startBackend();
    const member = await blocked.signIn('maya');
    const jordan = await blocked.signIn('trainer');
    const thread = `/api/messaging/conversations/${await blocked.conversationWith(member, jordan.id)}/messages`;
    const sent = draft();
    const release = await blocked.holdWriteLock();
    const answer = await member.post(thread, sent);
    await release();
    expectRefusal(answer, 503, 'unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    const retry = await member.post(thread, sent);
    expect(retry.status).toBe(201);
    expect(retry.read(messageAnswerSchema).message).toMatchObject(sent);
    await blocked.destroy();
  }, 15_000);
});

/** Numbers from before a backup was restored may be somebody else's by now: such requests are refused. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPOCH_HEADER, errorBodySchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let epoch: string;
let thread: string;
let mayaId: number;
beforeAll(async () => {
  backend = await startBackend();
  jordan = await backend.signIn('trainer');
  mayaId = (await backend.signIn('maya')).id;
  thread = `/api/messaging/conversations/${await backend.conversationWith(jordan, mayaId)}`;
  epoch = (await jordan.get('/api/messaging/snapshot')).read(snapshotAnswerSchema).epoch;
});
afterAll(() => backend.destroy());

function ask(method: string, target: string, from: string, body?: unknown) {
  return backend.request(method, target, {
    token: jordan.accessToken,
    headers: { [EPOCH_HEADER]: from },
    ...(body !== undefined && { body }),
  });
}

interface Request {
  readonly what: string;
  readonly method: string;
  readonly target: () => string;
  readonly body?: () => unknown;
}

const requests: readonly Request[] = [
  { what: 'reading a conversation', method: 'GET', target: () => thread },
  { what: 'reading its messages', method: 'GET', target: () => `${thread}/messages` },
  { what: 'sending into it', method: 'POST', target: () => `${thread}/messages`, body: () => draft() },
  { what: 'a read mark', method: 'POST', target: () => `${thread}/read`, body: () => ({ upToSeq: 1 }) },
  {
    what: 'a first message',
    method: 'POST',
    target: () => '/api/messaging/conversations',
    body: () => ({ traineeId: mayaId, ...draft() }),
  },
  { what: 'looking at a trainee', method: 'GET', target: () => `/api/trainees/${mayaId}` },
];

describe('a request with numbers of a known epoch', () => {
  it.each(requests)('is answered in the same epoch: $what', async ({ method, target, body }) => {
    expect((await ask(method, target(), epoch, body?.())).status).toBeLessThan(300);
  });

  it.each(requests)('is refused in another one: $what', async ({ method, target, body }) => {
    const before = (await jordan.get(`${thread}/messages`)).text;
    const answer = await ask(method, target(), randomUUID(), body?.());
    expect(answer.status).toBe(412);
    expect(answer.read(errorBodySchema).error.code).toBe('epoch_changed');
    expect(answer.headers.get('x-feed-head')).toMatch(`${epoch}:`);
    expect((await jordan.get(`${thread}/messages`)).text).toBe(before);
  });

  it('does not remove whoever has the trainee’s number now', async () => {
    expect((await ask('DELETE', `/api/trainees/${mayaId}`, randomUUID())).status).toBe(412);
    expect((await jordan.get(`/api/trainees/${mayaId}`)).status).toBe(200);
  });
});

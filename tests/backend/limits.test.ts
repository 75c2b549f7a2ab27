import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../harness/seeded-random.ts';
import { settings as torture } from '../torture/support/settings.ts';
import { draft, startBackend, type Answer, type Member, type TestBackend } from './start-backend.ts';

const SEND_LIMIT = 30;
const WINDOW_MS = 60_000;
const ROUND_MS = 2_000;

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;

beforeEach(async () => {
  // The races below take hours by the backend's clock: their tokens live a day.
  backend = await startBackend({ accessTokenSeconds: 86_400 });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  conversationId = await backend.conversationWith(maya, jordan.id);
});
afterEach(() => backend.destroy());

const thread = () => `/api/messaging/conversations/${conversationId}/messages`;

/** Checks the headers of a 429 of the protocol, and that waiting for so long is neither too short nor too long. */
function expectLimited(answer: Answer, name: string, quota: number): void {
  expect(answer.status).toBe(429);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, `Retry-After ${seconds}`).toBe(true);
  expect(answer.headers.get('ratelimit-policy')).toBe(`"${name}";q=${quota};w=60`);
  expect(answer.headers.get('ratelimit')).toBe(`"${name}";r=0;t=${seconds}`);
}

describe('the send limit', () => {
  it.each(['one node', 'two nodes'])(
    `lets exactly thirty through in each of ${torture.races} races on %s, among repeats, rejected sends and reads`,
    { timeout: 30_000 + torture.races * ROUND_MS },
    async (nodes) => {
      const random = seededRandom(torture.seed);
      const neighbour = nodes === 'two nodes' ? await backend.startNeighbour() : null;
      onTestFinished(() => neighbour?.stop());
      const doors = neighbour ? [jordan, neighbour.member(jordan)] : [jordan];
      /** Jordan, at the door of one node or the other. */
      const atAnyDoor = () => doors[random.below(doors.length)] ?? jordan;
      const liam = await backend.signIn('liam');
      const liamsThread = `/api/messaging/conversations/${await backend.conversationWith(liam, jordan.id)}/messages`;
      const sent = draft();
      await jordan.post(thread(), sent);
      for (let round = 1; round <= torture.races; round += 1) {
        const failure = `seed ${torture.seed}, round ${round}`;
        backend.clock.advance(WINDOW_MS);
        const fresh = SEND_LIMIT + 1 + random.below(15);
        const attempts = [
          ...Array.from({ length: fresh }, (): [string, () => Promise<Answer>] => {
            // In one conversation its own lock would keep them apart.
            const [traineeId, path] = random.below(2) === 0 ? [maya.id, thread()] : [liam.id, liamsThread];
            return random.below(2) === 0
              ? ['fresh', () => atAnyDoor().post(path, draft())]
              : ['fresh', () => atAnyDoor().post('/api/messaging/conversations', { traineeId, ...draft() })];
          }),
          ...Array.from({ length: 3 }, (): [string, () => Promise<Answer>][] => [
            ['repeat', () => atAnyDoor().post(thread(), sent)],
            ['blank', () => atAnyDoor().post(thread(), draft('\u200b'))],
            ['foreign', () => atAnyDoor().post('/api/messaging/conversations/4000000/messages', draft())],
            ['read', () => atAnyDoor().get(thread())],
          ]).flat(),
        ];
        const shuffled = attempts
          .map((attempt) => ({ attempt, key: random.next() }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ attempt }) => attempt);
        const answers = await Promise.all(
          shuffled.map(async ([kind, send]) => ({ kind, status: (await send()).status })),
        );
        const welcome = [200, 201, 400, 404, 429];
        expect(
          answers.filter(({ status }) => !welcome.includes(status)),
          failure,
        ).toEqual([]);
        const count = (kind: string, status: number) =>
          answers.filter((answer) => answer.kind === kind && answer.status === status).length;
        expect(count('fresh', 201), failure).toBe(SEND_LIMIT);
        expect(count('fresh', 429), failure).toBe(fresh - SEND_LIMIT);
        expect(count('repeat', 200), failure).toBe(3);
        expect(count('blank', 400), failure).toBe(3);
        expect(count('foreign', 404), failure).toBe(3);
        expect(count('read', 200), failure).toBe(3);
      }
    },
  );

  it('says to the second when the next message is welcome', async () => {
    const send = () => maya.post(thread(), draft());
    await send();
    backend.clock.advance(20_000);
    await Promise.all(Array.from({ length: SEND_LIMIT - 1 }, send));
    const refused = await send();
    expectLimited(refused, 'send', SEND_LIMIT);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeLessThanOrEqual(40);
    backend.clock.advance((seconds - 3) * 1_000);
    expect((await send()).status).toBe(429);
    backend.clock.advance(3_000);
    expect((await send()).status).toBe(201);
    expect((await send()).status).toBe(429);
  });
});

/** Signs in from an address of one's own; all of 127.0.0.0/8 is this computer. */
async function signInFrom(localAddress: string, email: string, password: string): Promise<number> {
  const { hostname, port } = new URL(backend.url);
  const request = httpRequest({
    host: hostname,
    port,
    localAddress,
    method: 'POST',
    path: '/api/auth/login',
    headers: { 'content-type': 'application/json' },
  });
  request.end(JSON.stringify({ email, password }));
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe('the sign-in limit', () => {
  const attempt = (email: string, password: string) =>
    backend.request('POST', '/api/auth/login', { body: { email, password } });

  it('says when to try again, and counts an account whatever the case of its address', async () => {
    for (const email of ['liam@demo.test', 'Liam@demo.test', 'LIAM@DEMO.TEST', 'liam@Demo.Test']) {
      expect((await attempt(email, 'guess')).status).toBe(401);
    }
    expect((await attempt('liam@demo.tesT', 'guess')).status).toBe(401);
    expectLimited(await attempt('liam@demo.test', 'guess'), 'sign-in', 5);
  });

  it('is of an account and an address together', async () => {
    for (let failures = 0; failures < 5; failures += 1) {
      expect(await signInFrom('127.0.0.2', 'liam@demo.test', 'guess')).toBe(401);
    }
    expect(await signInFrom('127.0.0.2', 'liam@demo.test', 'demo-password')).toBe(429);
    expect(await signInFrom('127.0.0.3', 'liam@demo.test', 'demo-password')).toBe(200);
    expect(await signInFrom('127.0.0.2', 'amara@demo.test', 'demo-password')).toBe(200);
  });

  it('counts wrong passwords that are given to change the password, too', async () => {
    const change = () => maya.post('/api/auth/password', { current: 'guess', next: 'a-new-password' });
    const answers = await Promise.all(Array.from({ length: 7 }, change));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 401)) expectLimited(answer, 'sign-in', 5);
    expectLimited(await attempt('maya@demo.test', 'demo-password'), 'sign-in', 5);
  });

  it('does not know which accounts exist', async () => {
    const answers = [];
    for (const email of ['nobody@demo.test', 'liam@demo.test']) {
      for (let failures = 0; failures < 6; failures += 1) answers.push(await attempt(email, 'guess'));
    }
    const texts = answers.map(({ status, text }) => [status, text.replace(/\d+ seconds?/, 'N seconds')]);
    expect(texts.slice(0, 6)).toEqual(texts.slice(6));
  });
});

describe('the read limit', () => {
  it('says when to try again, and costs neither sends nor sign-ins', async () => {
    await backend.destroy();
    backend = await startBackend({ readLimitPerMinute: 5 });
    const liam = await backend.signIn('liam');
    const reads = await Promise.all(Array.from({ length: 8 }, () => liam.get('/api/messaging/unread-count')));
    const refused = reads.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(3);
    for (const answer of refused) expectLimited(answer, 'read', 5);
    const again = await backend.signIn('liam');
    expect((await again.post('/api/messaging/conversations/4000000/messages', draft())).status).toBe(404);
    expect((await liam.get('/api/auth/me')).status).toBe(429);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotAnswerSchema, traineeAnswerSchema, traineesAnswerSchema } from '../../shared/wire/rest.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const UNKNOWN_ID = 4_000_000;

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let strangers: Member[];
let conversationId: number;
beforeAll(async () => {
  backend = await startBackend();
  const logins = ['trainer', 'maya', 'rival', 'noah', 'liam', 'solo'];
  const members = await Promise.all(logins.map((login) => backend.signIn(login)));
  [jordan, maya, ...strangers] = members as [Member, Member, ...Member[]];
  conversationId = await backend.conversationWith(maya, jordan.id);
});
afterAll(() => backend.destroy());

/** What a person would see of an answer: everything but the request's own id and date. */
function visible({ status, headers, text }: Awaited<ReturnType<Member['get']>>) {
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status, headers: kept, text };
}

type Attempt = (member: Member, id: number) => ReturnType<Member['get']>;

const attempts: readonly (readonly [string, Attempt])[] = [
  ['GET the conversation', (member, id) => member.get(`/api/messaging/conversations/${id}`)],
  ['GET its messages', (member, id) => member.get(`/api/messaging/conversations/${id}/messages`)],
  ['GET older messages', (member, id) => member.get(`/api/messaging/conversations/${id}/messages?before=5`)],
  ['POST a message', (member, id) => member.post(`/api/messaging/conversations/${id}/messages`, draft())],
  [
    'POST a read mark',
    (member, id) => member.post(`/api/messaging/conversations/${id}/read`, { upToSeq: 1 }),
  ],
];

const trainerAttempts: readonly (readonly [string, Attempt])[] = [
  ['GET the trainee', (member, id) => member.get(`/api/trainees/${id}`)],
  ['DELETE the trainee', (member, id) => member.delete(`/api/trainees/${id}`)],
  [
    'POST a first message',
    (member, id) => member.post('/api/messaging/conversations', { traineeId: id, ...draft() }),
  ],
];

describe('somebody else’s conversation', () => {
  it.each(attempts)('cannot be told from an unknown one: %s', async (_what, attempt) => {
    for (const stranger of strangers) {
      const foreign = visible(await attempt(stranger, conversationId));
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(visible(await attempt(stranger, UNKNOWN_ID)));
    }
  });

  it.each(attempts)('is open to both participants: %s', async (_what, attempt) => {
    for (const member of [jordan, maya]) {
      expect((await attempt(member, conversationId)).status).toBeLessThan(300);
    }
  });

  it('is in nobody else’s snapshot', async () => {
    for (const stranger of strangers) {
      const { conversations } = (await stranger.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
      expect(conversations.map(({ id }) => id)).not.toContain(conversationId);
    }
  });
});

describe('another trainer’s trainee', () => {
  it.each(trainerAttempts)('cannot be told from an unknown person: %s', async (_what, attempt) => {
    const [rival] = strangers as [Member];
    const foreign = visible(await attempt(rival, maya.id));
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(visible(await attempt(rival, UNKNOWN_ID)));
  });

  it('is in the own trainer’s list only', async () => {
    const [rival] = strangers as [Member];
    const idsOf = async (member: Member) =>
      (await member.get('/api/trainees')).read(traineesAnswerSchema).items.map(({ id }) => id);
    expect(await idsOf(jordan)).toContain(maya.id);
    expect(await idsOf(rival)).not.toContain(maya.id);
    const detail = (await jordan.get(`/api/trainees/${maya.id}`)).read(traineeAnswerSchema).trainee;
    expect(detail).toMatchObject({ name: 'Maya Chen', conversationId, programme: 'Half marathon, 16 weeks' });
  });

  it.each(trainerAttempts)('is closed to trainees: %s', async (_what, attempt) => {
    expect((await attempt(maya, maya.id)).status).toBe(403);
  });
});

describe('an admin', () => {
  it('has no conversations of their own and is told so', async () => {
    const admin = await backend.signIn('admin');
    for (const target of [
      'conversations',
      'feed',
      'snapshot',
      'unread-count',
      `conversations/${conversationId}`,
    ]) {
      expect((await admin.get(`/api/messaging/${target}`)).status).toBe(403);
    }
  });
});

describe('without signing in', () => {
  it.each([...attempts, ...trainerAttempts])('nothing is answered but 401: %s', async (_what, attempt) => {
    const nobody = backend.member({ ...maya, accessToken: 'none' });
    const answer = await attempt(nobody, conversationId);
    expect(answer.status).toBe(401);
    expect(visible(answer)).toEqual(visible(await attempt(nobody, UNKNOWN_ID)));
  });
});

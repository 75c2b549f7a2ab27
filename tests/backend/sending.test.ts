import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  errorBodySchema,
  feedAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  snapshotAnswerSchema,
  startAnswerSchema,
} from '../../shared/wire/rest.ts';
import { draft, startBackend, type Answer, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let thread: string;

async function begin(settings?: Parameters<typeof startBackend>[0]) {
  backend = await startBackend(settings);
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}`;
}

const codeOf = (answer: Answer) => answer.read(errorBodySchema).error.code;
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);
const newest = async () => (await maya.get(`${thread}/messages`)).read(messagesAnswerSchema).items;
const race = <T>(count: number, attempt: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => attempt(index)));

describe('sending', () => {
  beforeAll(() => begin({ sendLimitPerMinute: 0 }));
  afterAll(() => backend.destroy());

  it('stores the normalised text and answers it with its place', async () => {
    const before = (await newest()).at(-1);
    const sent = draft('  Cafe\u0301\r\nat ten?  ');
    const answer = await maya.post(`${thread}/messages`, sent);
    expect(answer.status).toBe(201);
    const { message } = answer.read(messageAnswerSchema);
    expect(message).toMatchObject({ ...sent, content: 'Café\nat ten?', senderId: maya.id });
    expect(message.seq).toBe((before?.seq ?? 0) + 1);
    expect((await newest()).at(-1)).toEqual(message);
  });

  it('answers the stored message to a repeat, whatever the case of its id', async () => {
    const sent = draft();
    const first = (await maya.post(`${thread}/messages`, sent)).read(messageAnswerSchema);
    const repeat = await maya.post(`${thread}/messages`, {
      clientMessageId: sent.clientMessageId.toUpperCase(),
      content: ` ${sent.content} `,
    });
    expect(repeat.status).toBe(200);
    expect(repeat.read(messageAnswerSchema)).toEqual(first);
  });

  it('stores one message when one id arrives twenty times at once', async () => {
    const sent = draft();
    const answers = await race(20, () => maya.post(`${thread}/messages`, sent));
    expect(statusesOf(answers).filter((status) => status === 201)).toHaveLength(1);
    expect(statusesOf(answers).filter((status) => status === 200)).toHaveLength(19);
    expect(
      (await newest()).filter(({ clientMessageId }) => clientMessageId === sent.clientMessageId),
    ).toHaveLength(1);
  });

  it('stores one message when its repeats wait for the write lock behind it', async () => {
    const sent = draft();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const lock = backend.database.transaction(() => held);
    const waiting = race(10, () => maya.post(`${thread}/messages`, sent));
    // Reads pass by the lock; after some of them the sends before them stand in the queue.
    for (let reads = 0; reads < 20; reads += 1) await jordan.get('/api/auth/me');
    release();
    await lock;
    expect(statusesOf(await waiting).filter((status) => status === 201)).toHaveLength(1);
    expect(statusesOf(await waiting).filter((status) => status === 200)).toHaveLength(9);
  });

  it('refuses an id that was used for another text or another conversation', async () => {
    const liam = await backend.signIn('liam');
    const other = `/api/messaging/conversations/${await backend.conversationWith(jordan, liam.id)}`;
    const sent = draft();
    await jordan.post(`${thread}/messages`, sent);
    const mismatches = [
      await jordan.post(`${thread}/messages`, { ...sent, content: 'Something else' }),
      await jordan.post(`${other}/messages`, sent),
      await jordan.post('/api/messaging/conversations', { ...sent, traineeId: liam.id }),
    ];
    for (const answer of mismatches) {
      expect(answer.status).toBe(409);
      expect(codeOf(answer)).toBe('idempotency_mismatch');
    }
  });

  it('lets two people use the same id', async () => {
    const sent = draft();
    const answers = [
      await maya.post(`${thread}/messages`, sent),
      await jordan.post(`${thread}/messages`, sent),
    ];
    expect(statusesOf(answers)).toEqual([201, 201]);
  });

  it('numbers messages without gaps and in the order of their times, from both sides at once', async () => {
    const start = (await newest()).at(-1)?.seq ?? 0;
    await race(40, (index) =>
      (index % 2 === 0 ? maya : jordan).post(`${thread}/messages`, draft(`No. ${index}`)),
    );
    const { items } = (await maya.get(`${thread}/messages?limit=40`)).read(messagesAnswerSchema);
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => start + index + 1));
    const times = items.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted());
  });

  it('never dates a message before the one above it, even when the clock steps back', async () => {
    const first = (await maya.post(`${thread}/messages`, draft())).read(messageAnswerSchema).message;
    backend.clock.advance(-3_600_000);
    const fresh = await backend.signIn('trainer');
    const second = (await fresh.post(`${thread}/messages`, draft())).read(messageAnswerSchema).message;
    expect(second.seq).toBe(first.seq + 1);
    expect(second.createdAt >= first.createdAt).toBe(true);
  });

  it.each([
    ['blank', ' \n\t '],
    ['made of zero-width characters', '\u200b\u2060\ufeff'],
    ['over 2,000 code points', '😀'.repeat(2_001)],
    ['with NUL', 'a\0b'],
    ['with a lone surrogate', 'a\ud800b'],
  ])('refuses a text that is %s', async (_what, content) => {
    const answer = await maya.post(`${thread}/messages`, draft(content));
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('invalid_input');
  });

  it('takes 2,000 code points, however many bytes they have', async () => {
    const content = '😀'.repeat(2_000);
    const answer = await maya.post(`${thread}/messages`, draft(content));
    expect(answer.read(messageAnswerSchema).message.content).toBe(content);
  });

  it.each([
    [{}],
    [[]],
    ['"text"'],
    [{ clientMessageId: 'not-a-uuid', content: 'x' }],
    [{ ...draft(), content: 7 }],
    [{ ...draft(), content: ['x'] }],
    [{ content: 'x' }],
  ])('refuses the shape %j', async (body) => {
    const answer = await maya.post(`${thread}/messages`, body);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('invalid_input');
  });
});

describe('starting a conversation', () => {
  beforeEach(() => begin());
  afterEach(() => backend.destroy());

  async function traineeWithoutThread(): Promise<number> {
    const { trainees } = (await jordan.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
    const found = trainees.find(({ conversationId }) => conversationId === null);
    if (!found) throw new Error('Everybody has a conversation.');
    return found.id;
  }

  it('makes conversation and message together, and answers both again to a repeat', async () => {
    const body = { traineeId: await traineeWithoutThread(), ...draft('Welcome!') };
    const first = await jordan.post('/api/messaging/conversations', body);
    expect(first.status).toBe(201);
    const { conversation, message, created } = first.read(startAnswerSchema);
    expect(created).toBe(true);
    expect(message).toMatchObject({ conversationId: conversation.id, seq: 1, content: 'Welcome!' });
    expect(conversation).toMatchObject({ lastSeq: 1, unreadCount: 0, lastMessage: message });
    const repeat = await jordan.post('/api/messaging/conversations', body);
    expect(repeat.status).toBe(200);
    expect(repeat.read(startAnswerSchema)).toMatchObject({ conversation, message, created: false });
  });

  it('makes one conversation out of ten first messages at once', async () => {
    const traineeId = await traineeWithoutThread();
    const answers = await race(10, () =>
      jordan.post('/api/messaging/conversations', { traineeId, ...draft() }),
    );
    const outcomes = answers.map((answer) => answer.read(startAnswerSchema));
    expect(new Set(outcomes.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    expect(outcomes.map(({ message }) => message.seq).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it('uses the conversation that exists', async () => {
    const answer = await jordan.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() });
    expect(answer.status).toBe(201);
    expect(answer.read(startAnswerSchema).created).toBe(false);
    expect(thread.endsWith(`/${answer.read(startAnswerSchema).conversation.id}`)).toBe(true);
  });

  it('is not for trainees, and leaves nothing behind when it is refused', async () => {
    const refused = await maya.post('/api/messaging/conversations', { traineeId: jordan.id, ...draft() });
    expect(codeOf(refused)).toBe('forbidden_role');
    const traineeId = await traineeWithoutThread();
    await jordan.post('/api/messaging/conversations', { traineeId, ...draft('  ') });
    expect(await traineeWithoutThread()).toBe(traineeId);
  });

  it('is only for the trainer’s own trainees', async () => {
    const solo = await backend.signIn('solo');
    const answer = await jordan.post('/api/messaging/conversations', { traineeId: solo.id, ...draft() });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found']);
  });
});

describe('the send limit', () => {
  afterEach(() => backend.destroy());

  it('accepts exactly thirty of sixty messages sent at once, over both doors', async () => {
    await begin();
    const answers = await race(60, (index) =>
      index % 2 === 0
        ? jordan.post(`${thread}/messages`, draft())
        : jordan.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() }),
    );
    expect(statusesOf(answers).filter((status) => status === 201)).toHaveLength(30);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    for (const answer of refused) {
      expect(codeOf(answer)).toBe('rate_limited');
      const wait = Number(answer.headers.get('retry-after'));
      expect(Number.isInteger(wait) && wait >= 1 && wait <= 60).toBe(true);
      expect(answer.headers.get('ratelimit-policy')).toBe('"send";q=30;w=60');
      expect(answer.headers.get('ratelimit')).toBe(`"send";r=0;t=${wait}`);
    }
    expect((await maya.post(`${thread}/messages`, draft())).status).toBe(201);
  });

  it('rolls: a place is free again sixty seconds after it was taken', async () => {
    await begin({ sendLimitPerMinute: 2 });
    const send = async () => (await maya.post(`${thread}/messages`, draft())).status;
    expect(await send()).toBe(201);
    backend.clock.advance(30_000);
    expect(await send()).toBe(201);
    expect(await send()).toBe(429);
    backend.clock.advance(30_000);
    expect(await send()).toBe(201);
    expect(await send()).toBe(429);
  });

  it('costs nothing for a repeat, a refused message or a read', async () => {
    await begin({ sendLimitPerMinute: 1 });
    const sent = draft();
    await maya.post(`${thread}/messages`, draft(''));
    await maya.get(`${thread}/messages`);
    expect((await maya.post(`${thread}/messages`, sent)).status).toBe(201);
    expect((await maya.post(`${thread}/messages`, draft())).status).toBe(429);
    expect((await maya.post(`${thread}/messages`, sent)).status).toBe(200);
  });

  it('survives a restart', async () => {
    await begin({ sendLimitPerMinute: 1 });
    await maya.post(`${thread}/messages`, draft());
    await backend.stop();
    await backend.start();
    expect((await maya.post(`${thread}/messages`, draft())).status).toBe(429);
  });

  it('is switched off by 0', async () => {
    await begin({ sendLimitPerMinute: 0 });
    const answers = await race(40, () => maya.post(`${thread}/messages`, draft()));
    expect(new Set(statusesOf(answers))).toEqual(new Set([201]));
  });
});

describe('the read limit', () => {
  afterEach(() => backend.destroy());

  it('answers 429 to more reads than a minute allows, and leaves sending alone', async () => {
    await begin({ readLimitPerMinute: 5 });
    const liam = await backend.signIn('liam');
    const answers = await race(8, () => liam.get('/api/messaging/unread-count'));
    expect(statusesOf(answers).filter((status) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await maya.get('/api/messaging/unread-count')).status).toBe(200);
  });
});

describe('what was accepted', () => {
  afterEach(() => backend.destroy());

  it('is still there after a restart, with its feed', async () => {
    await begin();
    const { epoch, feedSeq } = (await jordan.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
    const { message } = (await maya.post(`${thread}/messages`, draft())).read(messageAnswerSchema);
    await backend.stop();
    await backend.start();
    expect((await newest()).at(-1)).toEqual(message);
    const feed = await jordan.get(`/api/messaging/feed?epoch=${epoch}&after=${feedSeq}`);
    expect(feed.read(feedAnswerSchema).events).toEqual([
      { feedSeq: feedSeq + 1, type: 'message.created', message },
    ]);
  });
});

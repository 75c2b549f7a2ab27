import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  conversationsAnswerSchema,
  errorBodySchema,
  feedAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  readAnswerSchema,
  snapshotAnswerSchema,
  startAnswerSchema,
  traineeAnswerSchema,
  unreadAnswerSchema,
} from '../../shared/wire/rest.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let thread: string;
let epoch: string;
beforeEach(async () => {
  backend = await startBackend({ sendLimitPerMinute: 0 });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}`;
  epoch = (await jordan.get('/api/messaging/snapshot')).read(snapshotAnswerSchema).epoch;
});
afterEach(() => backend.destroy());

async function feedOf(member: Member, after = 0, limit = 500) {
  const answer = await member.get(`/api/messaging/feed?epoch=${epoch}&after=${after}&limit=${limit}`);
  expect(answer.status).toBe(200);
  return answer.read(feedAnswerSchema);
}

async function conversationSeenBy(member: Member) {
  const { items } = (await member.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
  const found = items.find(({ id }) => thread.endsWith(`/${id}`));
  if (!found) throw new Error('The conversation is not in the list.');
  return found;
}

describe('the feed', () => {
  it('has one event for each side of a message', async () => {
    const { message } = (await maya.post(`${thread}/messages`, draft())).read(messageAnswerSchema);
    await maya.post(`${thread}/messages`, {
      clientMessageId: message.clientMessageId,
      content: message.content,
    });
    const event = { feedSeq: 1, type: 'message.created', message };
    expect((await feedOf(jordan)).events).toEqual([event]);
    expect((await feedOf(maya)).events).toEqual([event]);
  });

  it('tells of a new conversation before its first message', async () => {
    const fatima = await backend.signIn('fatima');
    const answer = await jordan.post('/api/messaging/conversations', { traineeId: fatima.id, ...draft() });
    const { conversation, message } = answer.read(startAnswerSchema);
    for (const member of [jordan, fatima]) {
      const { events } = await feedOf(member);
      expect(events.map(({ type }) => type)).toEqual(['conversation.created', 'message.created']);
      expect(events[0]).toMatchObject({ conversation: { id: conversation.id } });
      expect(events[1]).toMatchObject({ message });
    }
  });

  it('has no gap and no double after a hundred messages from many sides at once', async () => {
    const liam = await backend.signIn('liam');
    const liamThread = `/api/messaging/conversations/${await backend.conversationWith(liam, jordan.id)}`;
    const senders: readonly (readonly [Member, string])[] = [
      [maya, thread],
      [liam, liamThread],
      [jordan, thread],
      [jordan, liamThread],
    ];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const [member, target] = senders[index % senders.length] ?? [maya, thread];
        return member.post(`${target}/messages`, draft(`No. ${index}`));
      }),
    );
    const { events, head } = await feedOf(jordan);
    expect(head).toBe(100);
    expect(events.map(({ feedSeq }) => feedSeq)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    const told = events.map((event) => (event.type === 'message.created' ? event.message.id : null));
    expect(new Set(told).size).toBe(100);
    expect((await feedOf(maya)).head).toBe(50);
  });

  it('is read in pages up to its head', async () => {
    for (let index = 0; index < 5; index += 1) await maya.post(`${thread}/messages`, draft());
    const first = await feedOf(jordan, 0, 2);
    expect(first.events.map(({ feedSeq }) => feedSeq)).toEqual([1, 2]);
    expect(first.head).toBe(5);
    expect((await feedOf(jordan, 4, 2)).events.map(({ feedSeq }) => feedSeq)).toEqual([5]);
    expect((await feedOf(jordan, 5)).events).toEqual([]);
  });

  it('is named by its head in every answer to its user', async () => {
    const answer = await maya.post(`${thread}/messages`, draft());
    expect(answer.headers.get('x-feed-head')).toBe(`${epoch}:1`);
    expect((await jordan.get('/api/auth/me')).headers.get('x-feed-head')).toBe(`${epoch}:1`);
    expect((await jordan.get('/api/messaging/conversations/1000')).headers.get('x-feed-head')).toBe(
      `${epoch}:1`,
    );
    expect((await backend.request('GET', '/healthz')).headers.has('x-feed-head')).toBe(false);
  });

  it('refuses a cursor of another epoch, beyond the head, or older than what is kept', async () => {
    for (let index = 0; index < 3; index += 1) await maya.post(`${thread}/messages`, draft());
    await backend.database.transaction((trx) =>
      trx.deleteFrom('feed_events').where('user_id', '=', jordan.id).where('feed_seq', '<=', 2).execute(),
    );
    const foreignEpoch = '0199b1a0-0000-7000-8000-000000000000';
    for (const query of [
      `epoch=${foreignEpoch}&after=3`,
      `epoch=${epoch}&after=4`,
      `epoch=${epoch}&after=1`,
    ]) {
      const answer = await jordan.get(`/api/messaging/feed?${query}`);
      expect(answer.status).toBe(410);
      expect(answer.read(errorBodySchema).error.code).toBe('cursor_expired');
    }
    expect((await feedOf(jordan, 2)).events).toHaveLength(1);
  });

  it('forgets events after ninety days and no sooner', async () => {
    await maya.post(`${thread}/messages`, draft());
    const readAfter = async (days: number) => {
      backend.clock.advance(days * 24 * 60 * 60_000);
      await backend.stop();
      await backend.start();
      const member = await backend.signIn('trainer');
      return (await member.get(`/api/messaging/feed?epoch=${epoch}&after=0`)).status;
    };
    expect(await readAfter(89)).toBe(200);
    expect(await readAfter(2)).toBe(410);
  });

  it.each([
    '',
    'epoch=x&after=0',
    'epoch=EPOCH',
    'epoch=EPOCH&after=-1',
    'epoch=EPOCH&after=1.5',
    'epoch=EPOCH&after=1&after=2',
    'epoch=EPOCH&after=0&limit=0',
  ])('refuses the query "%s"', async (query) => {
    const answer = await jordan.get(`/api/messaging/feed?${query.replace('EPOCH', epoch)}`);
    expect(answer.status).toBe(400);
  });
});

describe('read marks', () => {
  it('rise, never fall, and stop at the last message', async () => {
    const { lastSeq } = await conversationSeenBy(jordan);
    const mark = async (upToSeq: number) =>
      (await jordan.post(`${thread}/read`, { upToSeq })).read(readAnswerSchema).readSeq;
    expect(await mark(lastSeq + 1_000)).toBe(lastSeq);
    expect(await mark(1)).toBe(lastSeq);
    const { events } = await feedOf(maya);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'conversation.read', userId: jordan.id, readSeq: lastSeq });
  });

  it('make the unread count, which is the same everywhere', async () => {
    const before = (await jordan.get('/api/messaging/unread-count')).read(unreadAnswerSchema).unreadCount;
    const own = (await conversationSeenBy(jordan)).unreadCount;
    await maya.post(`${thread}/messages`, draft());
    await jordan.post(`${thread}/messages`, draft());
    const after = await conversationSeenBy(jordan);
    expect(after.unreadCount).toBe(own + 1);
    expect((await jordan.get('/api/messaging/unread-count')).read(unreadAnswerSchema).unreadCount).toBe(
      before + 1,
    );
    expect((await conversationSeenBy(maya)).unreadCount).toBe(1);
    await jordan.post(`${thread}/read`, { upToSeq: after.lastSeq });
    expect((await conversationSeenBy(jordan)).unreadCount).toBe(0);
    expect((await conversationSeenBy(maya)).peerReadSeq).toBe(after.lastSeq);
  });

  it('make an unread count of one’s own conversations alone', async () => {
    await maya.post(`${thread}/messages`, draft());
    for (const member of [jordan, maya, await backend.signIn('rival'), await backend.signIn('noah')]) {
      const list = (await member.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
      const { unreadCount } = (await member.get('/api/messaging/unread-count')).read(unreadAnswerSchema);
      expect(list.nextCursor).toBeNull();
      expect(unreadCount).toBe(list.items.reduce((sum, item) => sum + item.unreadCount, 0));
    }
  });
});

describe('lists', () => {
  it('pages conversations by newest message without losing or doubling one', async () => {
    const whole = (await jordan.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
    const times = whole.items.map(({ lastMessageAt }) => lastMessageAt ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    const paged: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = (await jordan.get(`/api/messaging/conversations?limit=3${query}`)).read(
        conversationsAnswerSchema,
      );
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole.items.map(({ id }) => id));
    expect((await jordan.get('/api/messaging/conversations?cursor=rubbish')).status).toBe(400);
  });

  it('shows a trainer the details of an own trainee', async () => {
    const { trainee } = (await jordan.get(`/api/trainees/${maya.id}`)).read(traineeAnswerSchema);
    expect(trainee).toMatchObject({ name: 'Maya Chen', programme: 'Half marathon, 16 weeks' });
    expect(thread.endsWith(`/${trainee.conversationId}`)).toBe(true);
  });

  it('pages messages upwards from the newest to the first', async () => {
    const seen: number[] = [];
    let query = '';
    for (let hasMore = true; hasMore;) {
      const page = (await maya.get(`${thread}/messages${query}`)).read(messagesAnswerSchema);
      expect(page.items.length).toBeLessThanOrEqual(20);
      seen.unshift(...page.items.map(({ seq }) => seq));
      query = `?before=${page.items[0]?.seq}`;
      hasMore = page.hasMore;
    }
    expect(seen.length).toBeGreaterThan(120);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect((await maya.get(`${thread}/messages?limit=5000`)).read(messagesAnswerSchema).items).toHaveLength(
      100,
    );
  });
});

describe('the snapshot', () => {
  it('holds everything that its user may see, and the feed goes on from it', async () => {
    const of = async (member: Member) =>
      (await member.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
    const trainerSide = await of(jordan);
    expect(trainerSide.trainees).toHaveLength(12);
    expect(trainerSide.conversations).toHaveLength(10);
    const traineeSide = await of(maya);
    expect(traineeSide.trainees).toEqual([]);
    expect(traineeSide.conversations).toHaveLength(1);
    expect((await of(await backend.signIn('solo'))).conversations).toEqual([]);
    await maya.post(`${thread}/messages`, draft());
    expect((await feedOf(jordan, trainerSide.feedSeq)).events).toHaveLength(1);
  });

  it('keeps the feed number of its first page while messages come in', async () => {
    const conversations: number[] = [];
    const trainees: number[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = (await jordan.get(`/api/messaging/snapshot?limit=4${query}`)).read(snapshotAnswerSchema);
      expect(page.feedSeq).toBe(0);
      conversations.push(...page.conversations.map(({ id }) => id));
      trainees.push(...page.trainees.map(({ id }) => id));
      cursor = page.nextCursor;
      await maya.post(`${thread}/messages`, draft());
    } while (cursor !== null);
    expect(new Set(conversations).size).toBe(10);
    expect(conversations).toHaveLength(10);
    expect(new Set(trainees).size).toBe(12);
    expect(trainees).toHaveLength(12);
  });
});

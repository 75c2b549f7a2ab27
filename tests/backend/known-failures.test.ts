/**
 * What went wrong in a known implementation of the same specification, as far as no other test has it.
 * docs/protocol-tests.md has the whole list.
 */
import { Namespace } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawWebSocket } from '../harness/raw-web-socket.ts';
import {
  conversationAnswerSchema,
  conversationsAnswerSchema,
  impersonateAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  unreadAnswerSchema,
} from '../../shared/wire/rest.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;
let thread: string;
const opened: TestSocket[] = [];
beforeEach(() => begin(0));
afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of opened.splice(0)) socket.close();
  await backend.destroy();
});

async function begin(sendLimitPerMinute: number): Promise<void> {
  backend = await startBackend({ sendLimitPerMinute });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  conversationId = await backend.conversationWith(maya, jordan.id);
  thread = `/api/messaging/conversations/${conversationId}`;
}

async function join(member: Member): Promise<TestSocket> {
  const socket = new TestSocket(backend.url, member.accessToken);
  opened.push(socket);
  await socket.event('hello');
  return socket;
}

const send = (member: Member) => member.post(`${thread}/messages`, draft());
const conversationOf = async (member: Member) =>
  (await member.get(thread)).read(conversationAnswerSchema).conversation;
const unreadOf = async (member: Member) =>
  (await member.get('/api/messaging/unread-count')).read(unreadAnswerSchema).unreadCount;

describe('paging', () => {
  it('neither repeats nor skips messages while new ones come in', async () => {
    const seen: number[] = [];
    const { lastSeq } = await conversationOf(maya);
    let query = '?limit=7';
    for (let hasMore = true; hasMore;) {
      const page = (await maya.get(`${thread}/messages${query}`)).read(messagesAnswerSchema);
      seen.unshift(...page.items.map(({ seq }) => seq));
      query = `?limit=7&before=${page.items[0]?.seq}`;
      hasMore = page.hasMore;
      await send(jordan);
    }
    expect(seen).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
  });

  it('of conversations loses none when one of a later page moves to the top, and doubles none', async () => {
    const list = async (query: string) =>
      (await jordan.get(`/api/messaging/conversations?limit=2${query}`)).read(conversationsAnswerSchema);
    const before = (await jordan.get('/api/messaging/conversations')).read(conversationsAnswerSchema).items;
    const last = before.at(-1);
    const seen: number[] = [];
    let page = await list('');
    await jordan.post(`/api/messaging/conversations/${last?.id}/messages`, draft());
    for (;;) {
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      page = await list(`&cursor=${page.nextCursor}`);
    }
    // The one that moved is at the top by now, and the feed says so; all others come once, in order.
    expect(seen).toEqual(before.slice(0, -1).map(({ id }) => id));
  });
});

describe('the send limit', () => {
  it('lets thirty of ninety parallel requests through', async () => {
    await backend.destroy();
    await begin(30);
    const answers = await Promise.all(Array.from({ length: 90 }, () => send(maya)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(60);
  });
});

describe('a removed trainee', () => {
  it('hears, reads and marks nothing any more on a socket that is still open', async () => {
    const [trainer, trainee] = [await join(jordan), await join(maya)];
    await trainee.emit('conversation:focus', { conversationId });
    await jordan.delete(`/api/trainees/${maya.id}`);
    await trainee.event('feed', ({ event }) => event.type === 'conversation.archived');
    await trainer.emit('typing', { conversationId, isTyping: true });
    await jordan.post(`${thread}/read`, { upToSeq: 10_000 });
    for (const answer of [
      await maya.get(`${thread}/messages`),
      await maya.post(`${thread}/read`, { upToSeq: 1 }),
    ])
      expect(answer.status).toBe(404);
    await trainer.event('feed', ({ event }) => event.type === 'conversation.read');
    await trainee.emit('conversation:focus', { conversationId: null });
    expect(trainee.told('typing')).toEqual([]);
    expect(trainee.told('feed').map(({ event }) => event.type)).not.toContain('conversation.read');
  });
});

describe('an impersonating admin', () => {
  it('neither clears unread counts nor is seen typing', async () => {
    await send(maya);
    const trainee = await join(maya);
    const admin = await backend.signIn('admin');
    const token = await admin.post('/api/auth/impersonate', { userId: jordan.id });
    const eyes = backend.member({ ...admin, ...token.read(impersonateAnswerSchema) });
    const unread = await unreadOf(jordan);
    expect(unread).toBeGreaterThan(0);
    const socket = await join(eyes);
    await eyes.get(thread);
    await eyes.get(`${thread}/messages`);
    expect((await eyes.post(`${thread}/read`, { upToSeq: 10_000 })).status).toBe(403);
    expect(await socket.emit('typing', { conversationId, isTyping: true })).toHaveProperty('error');
    await trainee.emit('conversation:focus', { conversationId: null });
    expect(trainee.told('typing')).toEqual([]);
    expect(await unreadOf(jordan)).toBe(unread);
  });
});

describe('lastMessageAt', () => {
  it('never moves backwards, whoever sends at the same time and wherever the clock steps', async () => {
    const times: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      backend.clock.advance(round % 2 === 0 ? -30_000 : 20_000);
      await Promise.all([send(maya), send(jordan), send(maya), send(jordan)]);
      const { lastMessageAt, lastMessage } = await conversationOf(maya);
      expect(lastMessageAt).toBe(lastMessage?.createdAt);
      times.push(lastMessageAt ?? '');
    }
    expect(times).toEqual(times.toSorted());
  });
});

describe('a message that was stored', () => {
  it('is answered with 201 also when telling the sockets fails', async () => {
    const socket = await join(jordan);
    const broken = vi.spyOn(Namespace.prototype, 'to').mockImplementation(() => {
      throw new Error('The broadcast failed.');
    });
    const answer = await send(maya);
    expect(answer.status).toBe(201);
    await vi.waitFor(() => expect(broken).toHaveBeenCalled());
    broken.mockRestore();
    const next = (await send(maya)).read(messageAnswerSchema).message;
    await socket.event(
      'feed',
      ({ event }) => event.type === 'message.created' && event.message.id === next.id,
    );
    const { items } = (await jordan.get(`${thread}/messages`)).read(messagesAnswerSchema);
    expect(items.at(-2)).toEqual(answer.read(messageAnswerSchema).message);
  });
});

describe('a token in the URL of a socket', () => {
  it('opens nothing', async () => {
    const { accessToken } = maya;
    const query = `EIO=4&transport=websocket&token=${accessToken}&access_token=${accessToken}`;
    const socket = await RawWebSocket.open(`${backend.url}/socket.io/?${query}`);
    socket.sendText('40/messaging,');
    const answer = await socket.received.find('the refusal', (text) => text?.startsWith('44') ?? true);
    expect(answer).toContain('unauthenticated');
    socket.destroy();
  });
});

describe('opening a chat', () => {
  it('marks nothing as read, and least of all one’s own messages', async () => {
    await send(maya);
    const before = await conversationOf(jordan);
    const socket = await join(maya);
    await socket.emit('conversation:focus', { conversationId });
    await maya.get(thread);
    await maya.get(`${thread}/messages`);
    expect(await conversationOf(jordan)).toEqual(before);
    // Her own mark says what she read of his, nothing of what he read of hers.
    await maya.post(`${thread}/read`, { upToSeq: 10_000 });
    const after = await conversationOf(jordan);
    expect(after.unreadCount).toBe(before.unreadCount);
    expect(after.readSeq).toBe(before.readSeq);
    expect((await conversationOf(maya)).peerReadSeq).toBe(before.readSeq);
  });
});

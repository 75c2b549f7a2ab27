import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SOCKETS_PER_USER } from '../../shared/limits.ts';
import { startRedis, type RedisServer } from '../harness/redis.ts';
import { waitFor } from '../harness/wait.ts';
import type { TestSocket } from './sockets.ts';
import { draft, type Member, type TestBackend } from './start-backend.ts';
import { startTwoNodes, type TwoNodes } from './two-nodes.ts';

let redis: RedisServer;
let nodes: TwoNodes;
let one: TestBackend;
let two: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.kill());

async function begin(settings: Parameters<typeof startTwoNodes>[1] = {}): Promise<void> {
  nodes = await startTwoNodes(redis, settings);
  ({ one, two, jordan, maya, conversationId } = nodes);
}

beforeEach(() => begin());
afterEach(() => nodes.end());

const open = (node: TestBackend, member: Member) => nodes.open(node, member);
const join = (node: TestBackend, member: Member) => nodes.join(node, member);

const on = (node: TestBackend, member: Member): Member => node.member(member);

const send = (node: TestBackend, member: Member, id = conversationId) =>
  on(node, member).post(`/api/messaging/conversations/${id}/messages`, draft());

/** Whether the node knows that this person is looking at the conversation. */
const isSeen = (node: TestBackend, { id }: Member) => node.app.gateway.isFocused(id, conversationId);

const isLetIn = (socket: TestSocket) =>
  Promise.race([socket.event('hello').then(() => true), socket.refusal().then(() => false)]);

describe('two nodes', () => {
  it('deliver what is sent to the one to the sockets of both, in order and once', async () => {
    const sockets = [await join(one, jordan), await join(two, jordan), await join(two, maya)];
    await Promise.all(Array.from({ length: 40 }, (_, index) => send(index % 2 === 0 ? one : two, maya)));
    for (const socket of sockets) {
      await socket.event('feed', ({ feedSeq }) => feedSeq === 40);
      expect(socket.told('feed').map(({ feedSeq }) => feedSeq)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    }
  });

  it('tell of typing, and of its end when the last socket on any of them goes', async () => {
    const trainer = await join(one, jordan);
    const [desk, phone] = [await join(one, maya), await join(two, maya)];
    await phone.emit('conversation:focus', { conversationId });
    await phone.emit('typing', { conversationId, isTyping: true });
    expect(await trainer.event('typing')).toEqual({ conversationId, userId: maya.id, isTyping: true });
    // The second between two words on the same typing holds over all nodes.
    await desk.emit('typing', { conversationId, isTyping: true });
    phone.close();
    await waitFor('the phone to be gone', async () => !(await isSeen(one, maya)));
    // What the other node had to tell of typing comes before what it tells now.
    await send(two, maya);
    await trainer.event('feed');
    expect(trainer.told('typing')).toHaveLength(1);
    desk.close();
    expect(await trainer.event('typing', ({ isTyping }) => !isTyping)).toMatchObject({ userId: maya.id });
  });

  it('know what a person is looking at on either, until they look away or go', async () => {
    const whoSees = () => Promise.all([one, two].map((node) => isSeen(node, maya)));
    const socket = await join(two, maya);
    expect(await whoSees()).toEqual([false, false]);
    await socket.emit('conversation:focus', { conversationId });
    expect(await whoSees()).toEqual([true, true]);
    await socket.emit('conversation:focus', { conversationId: null });
    expect(await whoSees()).toEqual([false, false]);
    await socket.emit('conversation:focus', { conversationId });
    socket.close();
    await waitFor('the focus to end', async () => !(await whoSees()).includes(true));
  });

  it('take a removed trainee out of the conversation on both', async () => {
    const socket = await join(two, maya);
    await socket.emit('conversation:focus', { conversationId });
    await on(one, jordan).delete(`/api/trainees/${maya.id}`);
    await socket.event('feed', ({ event }) => event.type === 'conversation.archived');
    await waitFor('the focus to end', async () => !(await isSeen(one, maya)));
    expect(await socket.emit('typing', { conversationId, isTyping: true })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('close the sockets of a session that ended on the other within five seconds', async () => {
    const other = await one.signIn('maya');
    const [socket, kept] = [await join(two, maya), await join(two, other)];
    await on(one, maya).post('/api/auth/logout');
    const endedAt = performance.now();
    expect(await socket.event('session:ended')).toEqual({ reason: 'revoked' });
    await socket.closed();
    expect(performance.now() - endedAt).toBeLessThan(5_000);
    expect(await kept.emit('conversation:focus', { conversationId })).toEqual({ ok: true });
    expect((await on(two, maya).get('/api/auth/me')).status).toBe(401);
  });

  it('let a user have ten sockets, also when thirty come to both at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const socket = open(index % 2 === 0 ? one : two, maya);
        return { socket, isIn: await isLetIn(socket) };
      }),
    );
    const [first, ...others] = outcomes.filter(({ isIn }) => isIn);
    expect(others).toHaveLength(SOCKETS_PER_USER - 1);
    expect(await open(two, maya).refusal()).toMatchObject({ data: { code: 'rate_limited' } });
    first?.socket.close();
    await waitFor('the place to be free', () => isLetIn(open(two, maya)));
    expect(await isLetIn(open(one, maya))).toBe(false);
  });

  it('count failed sign-ins together', async () => {
    const body = { email: 'liam@demo.test', password: 'not this one' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? one : two).request('POST', '/api/auth/login', { body }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
    await expect(one.signIn('liam')).rejects.toThrow();
    await two.signIn('noah');
  });

  it('count reads together', async () => {
    await nodes.end();
    await begin({ readLimitPerMinute: 40 });
    const rival = await one.signIn('rival');
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => on(index % 2 === 0 ? one : two, rival).get('/api/auth/me')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });
});

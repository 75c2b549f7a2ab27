import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../harness/redis.ts';
import { waitFor, within } from '../harness/wait.ts';
import { draft, type Answer, type Member, type TestBackend } from './start-backend.ts';
import { startTwoNodes, untilRedisIs, type TwoNodes } from './two-nodes.ts';

/** Less than a request may take in all; a Redis that hangs is noticed within two seconds. */
const SLOW_MS = 8_000;
/** Heads come by themselves every 25 s. */
const LESS_THAN_A_HEAD_MS = 15_000;

let redis: RedisServer;
let nodes: TwoNodes;
let one: TestBackend;
let two: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;

beforeEach(async () => {
  redis = await startRedis();
  nodes = await startTwoNodes(redis, { readLimitPerMinute: 1_000 });
  ({ one, two, jordan, maya, conversationId } = nodes);
});
afterEach(async () => {
  await nodes.end();
  await redis.kill();
});

const join = (node: TestBackend, member: Member) => nodes.join(node, member);

const send = (node: TestBackend, member: Member) =>
  node.member(member).post(`/api/messaging/conversations/${conversationId}/messages`, draft());

/** Number of the newest event in the feed of the one who was answered. */
const headOf = ({ headers }: Answer) => Number(headers.get('x-feed-head')?.split(':').at(-1));

/** What a node does for its own people needs no Redis. */
async function expectToServe(node: TestBackend): Promise<void> {
  const liam = await node.signIn('liam');
  const id = await node.conversationWith(liam, jordan.id);
  const [trainer, trainee] = [await join(node, jordan), await join(node, liam)];
  const answer = await liam.post(`/api/messaging/conversations/${id}/messages`, draft());
  expect(answer.status).toBe(201);
  await trainee.event('feed', ({ feedSeq }) => feedSeq === headOf(answer));
  expect(await trainee.emit('conversation:focus', { conversationId: id })).toEqual({ ok: true });
  expect(await node.app.gateway.isFocused(liam.id, id)).toBe(true);
  await trainee.emit('typing', { conversationId: id, isTyping: true });
  await trainer.event('typing', ({ isTyping }) => isTyping);
  trainee.close();
  await trainer.event('typing', ({ isTyping }) => !isTyping);
}

describe('while Redis is away', () => {
  it('each node serves its own people, and all are together again when it is back', async () => {
    const [here, there] = [await join(one, jordan), await join(two, maya)];
    await there.emit('conversation:focus', { conversationId });
    await redis.kill();
    await Promise.all([one, two].map((node) => untilRedisIs('unavailable', node)));
    for (const node of [one, two]) await expectToServe(node);
    expect(await one.app.gateway.isFocused(maya.id, conversationId)).toBe(false);

    await send(two, maya);
    const head = headOf(await one.member(jordan).get('/api/auth/me'));
    await redis.start();
    // What was not told while Redis was away is told as a number, and what comes now as itself.
    await within(
      'the head after the outage',
      here.event('head', ({ feedSeq }) => feedSeq === head),
      LESS_THAN_A_HEAD_MS,
    );
    await Promise.all([one, two].map((node) => untilRedisIs('ok', node)));
    await waitFor('the focus to be known again', () => one.app.gateway.isFocused(maya.id, conversationId));
    const told = here.told('feed').length;
    await send(two, maya);
    await waitFor('the event to come over', () => here.told('feed').length > told);
  });

  it('a node starts', async () => {
    await redis.kill();
    const three = await one.startNeighbour();
    await untilRedisIs('unavailable', three);
    await expectToServe(three);
    await redis.start();
    await untilRedisIs('ok', three);
    const socket = await join(three, jordan);
    await waitFor('the other node to be there, too', async () => {
      await send(one, maya);
      return socket.told('feed').length > 0;
    });
    await three.stop();
  });

  it('one that does not answer keeps nobody waiting for long', async () => {
    redis.hang();
    const startedAt = performance.now();
    expect((await one.member(jordan).get('/api/auth/me')).status).toBe(200);
    expect((await one.signIn('liam')).user.name).toMatch(/^Liam/);
    expect(performance.now() - startedAt).toBeLessThan(SLOW_MS);
    await untilRedisIs('unavailable', one);
    await expectToServe(one);
    redis.goOn();
    await untilRedisIs('ok', one);
  });
});

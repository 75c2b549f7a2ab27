/** The engine against the real backend, with a proxy between them that does what networks do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../harness/backend.ts';
import { type FaultProxy, startFaultProxy } from '../harness/fault-proxy.ts';
import { faults, rateLimited, type SeenRequest } from '../harness/faults.ts';
import { DEMO_PASSWORD, TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';
import { createEngineUnderTest, type EngineUnderTest, hurried } from './support/engine-under-test.ts';

const isSend = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/messages');

describe('the engine with the real backend', { timeout: 60_000 }, () => {
  let backend: Backend;
  let proxy: FaultProxy;
  let maya: TraineeClient;
  let talk: number;

  beforeAll(async () => {
    backend = await startBackend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    proxy = await startFaultProxy(backend.url);
    maya = await TraineeClient.online(backend.url, 'maya@demo.test');
    talk = (await maya.conversationWith('Jordan Reyes')).id;
  }, 60_000);
  afterAll(async () => {
    maya.disconnect();
    await proxy.close();
    await backend.dispose();
  });

  async function trainer(
    options: Parameters<typeof createEngineUnderTest>[0] = {},
  ): Promise<EngineUnderTest> {
    const under = createEngineUnderTest(options);
    const input = { server: proxy.url, email: 'trainer@demo.test', password: DEMO_PASSWORD, isDemo: false };
    const result = await under.engine.signIn(input);
    if (!result.ok) throw new Error(result.error.code);
    await waitFor('a live connection', () => under.engine.view().connection.phase === 'live');
    return under;
  }

  async function delivered(under: EngineUnderTest): Promise<void> {
    await waitFor('an empty outbox', () => under.engine.view().connection.waitingCount === 0);
  }

  it('shows the sender’s message as read when the other has read it', async () => {
    const under = await trainer();
    under.enqueue(maya.user.id, 'How was the run?');
    const received = await maya.received('How was the run?');
    await delivered(under);
    await maya.markRead(talk, received.seq);
    await under.told(
      'conversation.upserted',
      ({ conversation }) => conversation.preview?.delivery === 'read',
    );
  });

  it('shows and counts an incoming message, and tells the other once it is read', async () => {
    const under = await trainer();
    const before = under.engine.view().unreadCount;
    const sent = await maya.send(talk, 'It was lovely');
    await under.told('unread.changed', ({ unreadCount }) => unreadCount === before + 1);
    await under.engine.handlers['read.mark']({ peerId: maya.user.id, upToSeq: sent.seq });
    await waitFor('the receipt', async () => (await maya.conversation(talk)).peerReadSeq >= sent.seq);
    expect(under.conversation(maya.user.id)?.unreadCount).toBe(0);
    await waitFor('an acknowledged mark', () => under.conversation(maya.user.id)?.readSeq === sent.seq);
  });

  it('passes typing on in both directions, and forgets it when the message comes', async () => {
    // So slowly does time pass that silence alone would not end it within this test.
    const under = await trainer({ clock: hurried(0.1) });
    await under.engine.handlers['typing.set']({ peerId: maya.user.id, isTyping: true });
    await maya.typing.find('the trainer to type', ({ isTyping }) => isTyping);
    maya.setTyping(talk, true);
    await under.told('typing.changed', ({ peerId, isTyping }) => peerId === maya.user.id && isTyping);
    await maya.send(talk, 'typed');
    await under.told('typing.changed', ({ isTyping }) => !isTyping);
  });

  it('stores one message when the answer is lost after the server stored it', async () => {
    const under = await trainer();
    const rule = proxy.addRule(isSend, faults.loseAnswer, 1);
    under.enqueue(maya.user.id, 'only once');
    await maya.received('only once');
    await delivered(under);
    expect(rule.hits()).toBe(1);
    expect((await maya.texts(talk)).filter((text) => text === 'only once').length).toBe(1);
    expect((await under.texts(maya.user.id)).filter((text) => text === 'only once').length).toBe(1);
  });

  it('shows a failed attempt, keeps retrying, and delivers in order', async () => {
    const under = await trainer({ clock: hurried(10) });
    const rule = proxy.addRule(isSend, faults.unavailable, 3);
    const texts = ['first', 'second', 'third'].map((text) => `${text} of three`);
    const ids = texts.map((text) => under.enqueue(maya.user.id, text));
    await under.told(
      'outbox.upserted',
      ({ item }) => item.state === 'notSent' && item.clientMessageId === ids[0],
    );
    await delivered(under);
    expect(rule.hits()).toBe(3);
    expect((await maya.texts(talk)).slice(-3)).toEqual(texts);
  });

  it('waits as long as the server asks, says until when, and then sends by itself', async () => {
    const under = await trainer({ clock: hurried(10) });
    const rule = proxy.addRule(isSend, rateLimited(5), 1);
    under.enqueue(maya.user.id, 'a little later');
    const { connection } = await under.told(
      'connection.changed',
      (change) => change.connection.sendPausedUntil !== null,
    );
    expect(Date.parse(connection.sendPausedUntil ?? '')).toBeGreaterThan(Date.now());
    expect(under.conversation(maya.user.id)?.preview?.delivery).toBe('sending');
    await delivered(under);
    expect(rule.hits()).toBe(1);
    expect(under.engine.view().connection.sendPausedUntil).toBeNull();
  });

  it('starts a conversation with the first message and sends the next one into it', async () => {
    const under = await trainer();
    const newcomer = under.trainees().find(({ conversationId }) => conversationId === null);
    if (!newcomer) throw new Error('Everybody has a conversation.');
    expect(under.conversation(newcomer.id)).toBeUndefined();
    under.enqueue(newcomer.id, 'Welcome!');
    under.enqueue(newcomer.id, 'How are you?');
    expect(under.conversation(newcomer.id)).toMatchObject({ conversationId: null, peerName: newcomer.name });
    await delivered(under);
    expect(await under.texts(newcomer.id)).toEqual(['Welcome!', 'How are you?']);
    const row = under.trainees().find(({ id }) => id === newcomer.id);
    expect(row?.conversationId).toBe(under.conversation(newcomer.id)?.conversationId);
    expect(row?.lastContactAt).not.toBeNull();
  });

  it('polls while WebSockets are refused, and becomes live by itself when they pass again', async () => {
    const under = await trainer({ clock: hurried(10) });
    proxy.refuseUpgrades(true);
    proxy.cutSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'polling');
    // Once may be the end of an answer that was on its way.
    for (const text of ['found by asking', 'found by asking again']) {
      await maya.send(talk, text);
      await under.told('message.upserted', ({ message }) => message.content === text);
    }
    under.enqueue(maya.user.id, 'sent while polling');
    await maya.received('sent while polling');
    proxy.refuseUpgrades(false);
    await waitFor('a live connection', () => under.engine.view().connection.phase === 'live');
  });

  it('queues without alarm while the server is away, and delivers in order when it is back', async () => {
    const under = await trainer({ clock: hurried(10) });
    await proxy.refuse();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'offline');
    const texts = ['one', 'two', 'three'].map((text) => `${text} while away`);
    for (const text of texts) under.enqueue(maya.user.id, text);
    await under.told('connection.changed', ({ connection }) => connection.waitingCount === 3);
    // When this has failed, an attempt to send before it would have failed as well.
    expect(await under.engine.handlers['trainees.detail']({ traineeId: maya.user.id })).toMatchObject({
      error: { code: 'unreachable' },
    });
    expect(under.conversation(maya.user.id)?.preview).toMatchObject({
      text: 'three while away',
      delivery: 'sending',
    });
    under.engine.stop();

    const again = createEngineUnderTest({ dataDir: under.dataDir, clock: hurried(10) });
    again.engine.start();
    expect(again.conversation(maya.user.id)?.preview?.delivery).toBe('sending');
    await maya.send(talk, 'written meanwhile');
    await proxy.pass();
    await delivered(again);
    const states = [under, again].flatMap(({ batches }) =>
      batches.all.flat().flatMap((change) => (change.type === 'outbox.upserted' ? [change.item.state] : [])),
    );
    expect(new Set(states)).toEqual(new Set(['sending']));
    expect((await maya.texts(talk)).slice(-4)).toEqual(['written meanwhile', ...texts]);
    expect((await again.texts(maya.user.id)).slice(-4)).toEqual(['written meanwhile', ...texts]);
  });

  it('has what the server has after a restart of the server under load from both sides', async () => {
    const under = await trainer({ clock: hurried(10) });
    const mine = Array.from({ length: 12 }, (_, index) => `mine ${index}`);
    for (const text of mine) under.enqueue(maya.user.id, text);
    await maya.received('mine 2');
    await backend.kill();
    await backend.start();
    for (let index = 0; index < 5; index += 1) await maya.send(talk, `theirs ${index}`);
    await delivered(under);
    const stored = await maya.texts(talk);
    expect(stored.filter((text) => text.startsWith('mine '))).toEqual(mine);
    await waitFor('equal ends', async () => {
      const shown = await under.texts(maya.user.id);
      return JSON.stringify(shown) === JSON.stringify(stored.slice(-20));
    });
  });
});

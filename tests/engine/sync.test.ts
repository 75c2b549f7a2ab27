import { describe, expect, it } from 'vitest';
import type { Clock } from '../../electron/engine-api.ts';
import { waitFor } from '../harness/wait.ts';
import { conversation, SELF_ID, uuid } from './support/builders.ts';
import { createEngineUnderTest, type EngineUnderTest, hurried } from './support/engine-under-test.ts';
import { refusal, ScriptedServer } from './support/scripted-server.ts';

const PEER_ID = 101;

function write(server: ScriptedServer, number: number, senderId = PEER_ID) {
  return server.store({
    conversationId: 1,
    senderId,
    clientMessageId: uuid(number),
    content: `text ${number}`,
  });
}

async function signIn({ engine }: EngineUnderTest, server: ScriptedServer): Promise<void> {
  const input = { server: server.url, email: server.user.email, password: 'secret', isDemo: false };
  const result = await engine.signIn(input);
  if (!result.ok) throw new Error(result.error.message);
}

/** A signed-in engine with a live socket, on a server with one conversation. */
async function setUp(prepare: (server: ScriptedServer) => void = () => undefined, clock?: Clock) {
  const server = await ScriptedServer.start();
  server.conversations.set(1, conversation({ id: 1 }));
  server.trainees.push({ id: PEER_ID, name: 'Trainee 1', email: 't@example.com', conversationId: 1 });
  prepare(server);
  const under = createEngineUnderTest(clock ? { clock } : {});
  await signIn(under, server);
  await live(under);
  return { server, under };
}

async function live({ engine }: EngineUnderTest): Promise<void> {
  await waitFor('a live connection', () => engine.view().connection.phase === 'live');
}

describe('signing in for the first time', () => {
  it('answers when the inbox is filled, and opens unread threads without another request', async () => {
    const { server, under } = await setUp((fresh) => {
      for (const number of [1, 2, 3]) write(fresh, number);
    });
    expect(under.conversation(PEER_ID)).toMatchObject({ unreadCount: 3, lastSeq: 3 });
    expect(under.engine.view().unreadCount).toBe(3);
    await under.told('thread.invalidated');
    const asked = server.requests.length;
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'text 2', 'text 3']);
    expect(server.requests.length).toBe(asked);
  });
});

describe('the feed', () => {
  it('applies a live event at once, without asking', async () => {
    const { server, under } = await setUp();
    write(server, 1);
    const { message } = await under.told('message.upserted');
    expect(message.content).toBe('text 1');
    expect(server.seen(/GET \/messaging\/feed/).length).toBeLessThanOrEqual(1);
  });

  it('holds events that come too early and applies them in order when the gap closes', async () => {
    const { server, under } = await setUp();
    server.isLive = false;
    for (const number of [1, 2, 3]) write(server, number);
    const asked = server.requests.length;
    for (const feedSeq of [3, 2, 2, 1, 3]) server.emitEvent(feedSeq);
    await under.told('message.upserted', ({ message }) => message.seq === 3);
    const told = under.batches.all.flat().filter((change) => change.type === 'message.upserted');
    expect(told.map(({ message }) => message.seq)).toEqual([1, 2, 3]);
    expect(server.requests.length).toBe(asked);
    expect(under.conversation(PEER_ID)?.unreadCount).toBe(3);
  });

  it('asks for what was lost when the gap stays open', async () => {
    const { server, under } = await setUp();
    server.isLive = false;
    for (const number of [1, 2, 3]) write(server, number);
    server.emitEvent(3);
    await under.told('message.upserted', ({ message }) => message.seq === 3);
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'text 2', 'text 3']);
  });

  it.each(['head', 'hello'])('learns of a lost last event by "%s"', async (name) => {
    const { server, under } = await setUp();
    server.isLive = false;
    write(server, 1);
    const { serverId, head } = server;
    server.emit(name, { serverId, serverTime: new Date().toISOString(), ...head });
    await under.told('message.upserted', ({ message }) => message.seq === 1);
  });

  it('learns of a lost event by the head that any answer carries', async () => {
    const { server, under } = await setUp();
    server.isLive = false;
    write(server, 1);
    await under.engine.handlers['trainees.detail']({ traineeId: 999 });
    await under.told('message.upserted', ({ message }) => message.seq === 1);
  });

  it('survives malformed events and goes on with the next good one', async () => {
    const { server, under } = await setUp();
    server.emit('feed', { epoch: server.epoch, feedSeq: 1, event: { feedSeq: 1, type: 'message.created' } });
    server.emit('feed', 'nonsense');
    server.emit('typing', { conversationId: 'x' });
    write(server, 1);
    await under.told('message.upserted', ({ message }) => message.seq === 1);
    expect(under.logged.filter((line) => line.startsWith('socket.malformed_event')).length).toBe(3);
  });

  it('passes over an event of a later version without losing its number', async () => {
    const { server, under } = await setUp();
    server.emit('feed', { epoch: server.epoch, feedSeq: 1, event: { feedSeq: 1, type: 'reaction.added' } });
    server.events.push({ feedSeq: 1, type: 'hidden' });
    const asked = server.requests.length;
    write(server, 2);
    await under.told('message.upserted');
    expect(server.requests.length).toBe(asked);
  });

  it('catches up page by page after a long absence', async () => {
    const { server, under } = await setUp();
    under.engine.stop();
    server.isLive = false;
    for (let number = 1; number <= 450; number += 1) write(server, number);
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    await again.told('message.upserted', ({ message }) => message.seq === 450);
    expect(again.conversation(PEER_ID)?.unreadCount).toBe(450);
    expect(server.seen(/GET \/messaging\/snapshot/).length).toBe(2);
  });

  it('makes a removed trainee’s queued messages fail with the reason, and keeps the history', async () => {
    const { server, under } = await setUp((fresh) => void write(fresh, 1));
    server.script = ({ method, path }) =>
      method === 'POST' && path.endsWith('/messages') ? { status: 503, body: '' } : null;
    const id = under.enqueue(PEER_ID, 'too late');
    const archived = { ...conversation({ id: 1 }), ...server.conversations.get(1), isArchived: true };
    server.append({ type: 'conversation.archived', conversation: archived });
    await under.told(
      'outbox.upserted',
      ({ item }) => item.state === 'refused' && item.clientMessageId === id,
    );
    expect(under.conversation(PEER_ID)).toMatchObject({ isArchived: true, preview: { delivery: 'refused' } });
    expect(await under.texts(PEER_ID)).toEqual(['text 1']);
  });
});

describe('a cursor that the server does not know any more', () => {
  it('leads to a fresh copy; the outbox stays', async () => {
    const { server, under } = await setUp((fresh) => void write(fresh, 1));
    server.script = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/messages')) return { status: 503, body: '' };
      return path.startsWith('/messaging/feed') ? refusal(410, 'cursor_expired') : null;
    };
    under.enqueue(PEER_ID, 'kept');
    server.conversations.set(2, conversation({ id: 2 }));
    const from = under.batches.all.length;
    under.engine.onWindowFocus();
    await under.told('reset', undefined, from);
    expect(under.conversations().map(({ peerId }) => peerId)).toEqual([PEER_ID, 102]);
    expect(under.engine.view().connection.waitingCount).toBe(1);
  });

  it('sends own messages again that a restored backup has lost, each once, and none that it has', async () => {
    const { server, under } = await setUp();
    under.enqueue(PEER_ID, 'before the backup', uuid(1));
    await under.told('outbox.removed', ({ clientMessageId }) => clientMessageId === uuid(1));
    const backup = { messages: [...server.messages], conversation: server.conversations.get(1) };
    under.enqueue(PEER_ID, 'after the backup', uuid(2));
    await under.told('outbox.removed', ({ clientMessageId }) => clientMessageId === uuid(2));

    server.messages = backup.messages;
    if (backup.conversation) server.conversations.set(1, backup.conversation);
    server.events = [];
    server.epoch = '33333333-3333-4333-8333-333333333333';
    const from = under.batches.all.length;
    server.emit('head', server.head);
    await under.told('outbox.removed', ({ clientMessageId }) => clientMessageId === uuid(2), from);
    expect(server.messages.map(({ content }) => content)).toEqual(['before the backup', 'after the backup']);
    expect(await under.texts(PEER_ID)).toEqual(['before the backup', 'after the backup']);
    await waitFor('an empty outbox', () => under.engine.view().connection.waitingCount === 0);
  });

  it('of another server at the same address sends nothing, keeps the outbox and says so', async () => {
    const { server, under } = await setUp();
    server.script = ({ method, path }) =>
      method === 'POST' && path.endsWith('/messages') ? { status: 503, body: '' } : null;
    under.enqueue(PEER_ID, 'for the old server');
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');
    server.serverId = '44444444-4444-4444-8444-444444444444';
    server.epoch = '33333333-3333-4333-8333-333333333333';
    server.events = [];
    server.script = () => null;
    server.emit('head', server.head);
    const { signIn: screen } = await under.told('session.changed', ({ session }) => session === null);
    expect(screen.ended?.reason).toContain('Another server');
    expect(screen.unsentCount).toBe(1);
    expect(server.messages).toEqual([]);
  });
});

describe('pages of history', () => {
  async function withHistory() {
    return setUp((server) => {
      for (let number = 1; number <= 60; number += 1) write(server, number, SELF_ID);
    });
  }
  const page = ({ engine }: EngineUnderTest, beforeSeq: number | null) =>
    engine.handlers['messages.page']({ peerId: PEER_ID, beforeSeq });

  it('are fetched once, however many ask at the same time, and then come from the cache', async () => {
    const { server, under } = await withHistory();
    const [first, second] = await Promise.all([page(under, null), page(under, null)]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ ok: true, value: { hasMore: true, error: null } });
    expect(first.ok && first.value.items.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 41),
    );
    await page(under, null);
    expect(server.seen(/GET .*messages/).length).toBe(1);
  });

  it('fill the hole that an absence left, and end at the first message', async () => {
    const { under } = await withHistory();
    const seqs = async (beforeSeq: number | null) => {
      const answer = await page(under, beforeSeq);
      return answer.ok
        ? [answer.value.items[0]?.seq, answer.value.items.at(-1)?.seq, answer.value.hasMore]
        : null;
    };
    expect(await seqs(30)).toEqual([10, 29, true]);
    expect(await seqs(null)).toEqual([41, 60, true]);
    expect(await seqs(41)).toEqual([21, 40, true]);
    expect(await seqs(10)).toEqual([1, 9, false]);
  });

  it('show what is there, with the reason, when the server does not answer', async () => {
    const { server, under } = await withHistory();
    server.script = ({ path }) => (path.includes('/messages?') ? { status: 503, body: '' } : null);
    expect(await page(under, null)).toMatchObject({
      ok: true,
      value: { items: [{ seq: 60 }], hasMore: true, error: { code: 'server_error' } },
    });
  });
});

describe('read marks', () => {
  it('count at once, survive a restart, and reach the server as one highest mark', async () => {
    const { server, under } = await setUp((fresh) => {
      for (const number of [1, 2, 3]) write(fresh, number);
    });
    server.script = ({ path }) => (path.endsWith('/read') ? { status: 503, body: '' } : null);
    for (const upToSeq of [1, 3, 2]) await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq });
    expect(under.conversation(PEER_ID)).toMatchObject({ unreadCount: 0, readSeq: 3 });
    expect(under.engine.view().unreadCount).toBe(0);
    await waitFor('a mark that did not arrive', () => server.seen(/POST .*read/).length === 1);
    under.engine.stop();
    server.script = () => null;
    const before = server.seen(/POST .*read/).length;
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.conversation(PEER_ID)?.unreadCount).toBe(0);
    await waitFor('the mark at the server', () => server.seen(/POST .*read/).length > before);
    expect(
      server
        .seen(/POST .*read/)
        .slice(before)
        .map(({ body }) => body),
    ).toEqual([{ upToSeq: 3 }]);
    await live(again);
  });

  it('never reach beyond the last message', async () => {
    const { server, under } = await setUp((fresh) => void write(fresh, 1));
    await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq: 1_000 });
    await waitFor('the mark at the server', () => server.seen(/POST .*read/).length === 1);
    expect(server.seen(/POST .*read/)[0]?.body).toEqual({ upToSeq: 1 });
  });
});

describe('the connection', () => {
  it('is one socket with one set of listeners after many reconnections', async () => {
    const { server, under } = await setUp();
    for (let round = 1; round <= 3; round += 1) {
      const from = under.batches.all.length;
      under.engine.onResume();
      under.engine.onResume();
      await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    }
    await waitFor('one socket', () => server.socketCount === 1);
    write(server, 1);
    await under.told('message.upserted');
    expect(under.batches.all.flat().filter(({ type }) => type === 'message.upserted').length).toBe(1);
  });

  it('comes back after the server ended it', async () => {
    const { server, under } = await setUp(undefined, hurried(20));
    const from = under.batches.all.length;
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
  });

  it('renews a token that the handshake refuses, once, and connects with the new one', async () => {
    const { server, under } = await setUp(undefined, hurried(20));
    server.expireAccess();
    server.refuseSocket = (token) => (token === 'access-1' ? null : 'unauthenticated');
    server.script = ({ path }) => (path.startsWith('/auth') ? null : refusal(503, 'unavailable'));
    const from = under.batches.all.length;
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    expect(server.seen(/auth\/refresh/).length).toBe(1);
  });

  it('renews its token when the server says that the session ended, and stays signed in', async () => {
    const { server, under } = await setUp(undefined, hurried(20));
    const from = under.batches.all.length;
    server.emit('session:ended', { reason: 'expired' });
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    expect(server.seen(/auth\/refresh/).length).toBe(1);
    expect(under.engine.view().session).not.toBeNull();
  });

  it('tells again on a new socket which thread is looked at', async () => {
    const { server, under } = await setUp();
    const focus = () =>
      server.heard.filter(({ name }) => name === 'conversation:focus').map(({ payload }) => payload);
    await under.engine.handlers['focus.set']({ peerId: PEER_ID });
    await waitFor('the focus', () => focus().length === 1);
    under.engine.onResume();
    await waitFor('the focus on the new socket', () => focus().length === 2);
    await under.engine.handlers['focus.set']({ peerId: null });
    await waitFor('no focus', () => focus().length === 3);
    expect(focus()).toEqual([{ conversationId: 1 }, { conversationId: 1 }, { conversationId: null }]);
  });

  it('emits nothing while it is down, also not later', async () => {
    const { server, under } = await setUp(undefined, hurried(20));
    server.refuseSocket = () => 'too_many_sockets';
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'polling');
    await under.engine.handlers['typing.set']({ peerId: PEER_ID, isTyping: true });
    const from = under.batches.all.length;
    server.refuseSocket = () => null;
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    await under.engine.handlers['focus.set']({ peerId: PEER_ID });
    await waitFor('the focus', () => server.heard.length > 0);
    expect(server.heard.map(({ name }) => name)).toEqual(['conversation:focus']);
  });
});

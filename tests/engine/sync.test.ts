import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { conversation, uuid } from './support/builders.ts';
import { createEngineUnderTest } from './support/engine-under-test.ts';
import { refusal } from './support/scripted-server.ts';
import { PEER_ID, signedIn, write } from './support/signed-in.ts';

describe('signing in for the first time', () => {
  it('answers when the inbox is filled, and opens unread threads without another request', async () => {
    const { server, under } = await signedIn((fresh) => {
      for (const number of [1, 2, 3]) write(fresh, number);
    });
    expect(under.conversation(PEER_ID)).toMatchObject({ unreadCount: 3, lastSeq: 3 });
    expect(under.engine.view().unreadCount).toBe(3);
    await under.told('thread.invalidated');
    const asked = server.requests.length;
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'text 2', 'text 3']);
    expect(server.requests.length).toBe(asked);
  });

  it('knows an inbox that was never filled from one that is empty, until the server answers', async () => {
    let isAway = true;
    const { server, under } = await signedIn((fresh) => {
      write(fresh, 1);
      // The question who the server is may pass; the inbox does not.
      fresh.script = ({ path }) =>
        isAway && /\/snapshot\?(?!limit=1$)/.test(path) ? refusal(503, 'unavailable') : null;
    });
    expect(under.engine.view().connection).toMatchObject({ phase: 'live', isFilled: false });
    isAway = false;
    under.engine.onWindowFocus();
    await under.told('connection.changed', ({ connection }) => connection.isFilled);
    expect(under.conversation(PEER_ID)).toMatchObject({ unreadCount: 1 });
    expect(server.seen(/GET \/messaging\/snapshot/).length).toBeGreaterThan(1);
  });
});

describe('the feed', () => {
  it('applies a live event at once, without asking', async () => {
    const { server, under } = await signedIn();
    write(server, 1);
    const { message } = await under.told('message.upserted');
    expect(message.content).toBe('text 1');
    expect(server.seen(/GET \/messaging\/feed/).length).toBeLessThanOrEqual(1);
  });

  it('holds events that come too early and applies them in order when the gap closes', async () => {
    const { server, under } = await signedIn();
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
    const { server, under } = await signedIn();
    server.isLive = false;
    for (const number of [1, 2, 3]) write(server, number);
    server.emitEvent(3);
    await under.told('message.upserted', ({ message }) => message.seq === 3);
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'text 2', 'text 3']);
  });

  it.each(['head', 'hello'])('learns of a lost last event by "%s"', async (name) => {
    const { server, under } = await signedIn();
    server.isLive = false;
    write(server, 1);
    const { serverId, head } = server;
    server.emit(name, { serverId, serverTime: new Date().toISOString(), ...head });
    await under.told('message.upserted', ({ message }) => message.seq === 1);
  });

  it('learns of a lost event by the head that any answer carries', async () => {
    const { server, under } = await signedIn();
    server.isLive = false;
    write(server, 1);
    await under.engine.handlers['trainees.detail']({ traineeId: 999 });
    await under.told('message.upserted', ({ message }) => message.seq === 1);
  });

  it('survives malformed events and goes on with the next good one', async () => {
    const { server, under } = await signedIn();
    server.emit('feed', { epoch: server.epoch, feedSeq: 1, event: { feedSeq: 1, type: 'message.created' } });
    server.emit('feed', 'nonsense');
    server.emit('typing', { conversationId: 'x' });
    write(server, 1);
    await under.told('message.upserted', ({ message }) => message.seq === 1);
    expect(under.logged.filter((line) => line.startsWith('socket.malformed_event')).length).toBe(3);
  });

  it('passes over an event of a later version without losing its number', async () => {
    const { server, under } = await signedIn();
    server.emit('feed', { epoch: server.epoch, feedSeq: 1, event: { feedSeq: 1, type: 'reaction.added' } });
    server.events.push({ feedSeq: 1, type: 'hidden' });
    const asked = server.requests.length;
    write(server, 2);
    await under.told('message.upserted');
    expect(server.requests.length).toBe(asked);
  });

  it('catches up page by page after a long absence', async () => {
    const { server, under } = await signedIn();
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
    const { server, under } = await signedIn((fresh) => void write(fresh, 1));
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
    const { server, under } = await signedIn((fresh) => void write(fresh, 1));
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
    const { server, under } = await signedIn();
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
    const { server, under } = await signedIn();
    under.enqueue(PEER_ID, 'delivered to the old server');
    await under.told('outbox.removed');
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
    expect(screen.ended?.code).toBe('another_server');
    expect(screen.unsentCount).toBe(1);
    expect(server.messages.map(({ content }) => content)).toEqual(['delivered to the old server']);
  });
});

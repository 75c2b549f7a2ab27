/** Answers that come when what they are about has changed meanwhile; the simulation found these cases. */
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { conversation, SELF_ID, SERVER_ID, uuid } from './support/builders.ts';
import { hurried } from './support/engine-under-test.ts';
import { refusal, type ScriptedServer } from './support/scripted-server.ts';
import { PEER_ID, signedIn, write } from './support/signed-in.ts';

const NEXT_EPOCH = '33333333-3333-4333-8333-333333333333';

/** Lets the server act on the next matching request at once and answer it only when told to. */
function hold(server: ScriptedServer, pattern: RegExp, act: () => unknown) {
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: letGo } = Promise.withResolvers<void>();
  server.script = async ({ method, path }) => {
    if (!pattern.test(`${method} ${path}`)) return null;
    server.script = () => null;
    const answer = { status: 200, body: act(), headers: { 'x-feed-head': `${server.epoch}:0` } };
    asked();
    await mayAnswer;
    return answer;
  };
  return { isAsked, letGo };
}

function takeAway(server: ScriptedServer): void {
  server.conversations.delete(1);
  server.append({ type: 'conversation.archived', conversationId: 1 });
}

/** Texts of all messages in the cache, whether a conversation shows them or not. */
function cachedTexts(dataDir: string): unknown[] {
  const file = join(dataDir, 'accounts', SERVER_ID, String(SELF_ID), 'cache.db');
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    return database.prepare('SELECT content FROM messages ORDER BY seq').pluck().all();
  } finally {
    database.close();
  }
}

describe('a conversation that is taken away', () => {
  it('leaves nothing behind when a page of it is still on its way', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 1, SELF_ID));
    write(server, 3, SELF_ID);
    const page = hold(server, /GET .*\/messages/, () => ({ items: [...server.messages], hasMore: false }));
    server.conversations.set(1, conversation({ id: 1, lastSeq: 4 }));
    server.append({ type: 'conversation.created', conversation: conversation({ id: 1, lastSeq: 4 }) });
    await under.told('conversation.upserted', ({ conversation: row }) => row.lastSeq === 4);
    const opened = under.texts(PEER_ID);
    await page.isAsked;
    takeAway(server);
    await under.told('conversation.removed');
    page.letGo();
    await opened;
    expect(cachedTexts(under.dataDir)).toEqual([]);
  });

  it('leaves nothing behind when an acknowledgement is still on its way', async () => {
    const { server, under } = await signedIn();
    server.isLive = false;
    const sent = hold(server, /POST .*\/messages/, () => ({ message: write(server, 1, SELF_ID) }));
    under.enqueue(PEER_ID, 'text 1', uuid(1));
    await sent.isAsked;
    server.events = [];
    server.isLive = true;
    takeAway(server);
    await under.told('outbox.upserted', ({ item }) => item.state === 'refused');
    sent.letGo();
    await under.told('outbox.removed');
    expect(cachedTexts(under.dataDir)).toEqual([]);
  });

  it.each([
    ['', null],
    [', though its messages do not come at first', refusal(503, 'unavailable')],
  ])('counts the unread messages rightly when it comes back and is read in part%s', async (_when, first) => {
    const { server, under } = await signedIn((fresh) => {
      for (const number of [1, 2, 3, 4]) write(fresh, number, number === 3 ? SELF_ID : PEER_ID);
    }, hurried(10));
    await waitFor('its messages', () => cachedTexts(under.dataDir).length === 4);
    const before = server.conversations.get(1);
    takeAway(server);
    await under.told('conversation.removed');
    if (!before) throw new Error('No conversation.');
    const asked = server.seen(/GET .*\/messages/).length;
    server.script = ({ path }) =>
      path.includes('/messages?') && server.seen(/GET .*\/messages/).length === asked + 1 ? first : null;
    server.conversations.set(1, before);
    const from = under.batches.all.length;
    server.append({ type: 'conversation.restored', conversation: before });
    await under.told('thread.invalidated', undefined, from);
    await waitFor('its messages again', () => cachedTexts(under.dataDir).length === 4);
    await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq: 2 });
    expect(under.conversation(PEER_ID)).toMatchObject({ readSeq: 2, unreadCount: 1 });
  });
});

describe('a reading of the feed that was answered before the newest event', () => {
  it('is followed by another when a new socket says meanwhile that there is more', async () => {
    const { server, under } = await signedIn();
    const { serverId, epoch } = server;
    const feed = hold(server, /GET .*\/feed/, () => ({ serverId, epoch, events: [], head: 0 }));
    under.engine.onWindowFocus();
    await feed.isAsked;
    server.isLive = false;
    write(server, 1);
    server.emit('hello', { ...server.head, serverId, serverTime: new Date().toISOString() });
    // What follows on the same socket tells that the word before it was heard.
    server.emit('typing', { conversationId: 1, userId: PEER_ID, isTyping: true });
    await under.told('typing.changed');
    feed.letGo();
    await under.told('message.upserted', ({ message }) => message.seq === 1);
  });
});

describe('a server that was restored from a backup', () => {
  it('gets no message for whoever has the number of the conversation now', async () => {
    const { server, under } = await signedIn();
    server.isLive = false;
    server.epoch = NEXT_EPOCH;
    server.conversations.set(1, conversation({ id: 1, trainee: { id: 102, name: 'Trainee 2' } }));
    server.conversations.set(2, conversation({ id: 2, trainee: { id: PEER_ID, name: 'Trainee 1' } }));
    const from = under.batches.all.length;
    under.enqueue(PEER_ID, 'text 1', uuid(1));
    await under.told('reset', undefined, from);
    await under.told('outbox.removed', undefined, from);
    expect(server.messages.map(({ conversationId }) => conversationId)).toEqual([2]);
    expect(await under.texts(PEER_ID)).toEqual(['text 1']);
  });

  it('is asked again for what was read ahead from the one before', async () => {
    let page: ReturnType<typeof hold> | undefined;
    const { server, under } = await signedIn((fresh) => {
      for (const number of [1, 2, 3, 4]) write(fresh, number, number === 3 ? SELF_ID : PEER_ID);
      page = hold(fresh, /GET .*\/messages/, () => ({ items: [], hasMore: false }));
    }, hurried(10));
    await page?.isAsked;
    const from = under.batches.all.length;
    server.epoch = NEXT_EPOCH;
    server.emit('head', server.head);
    await under.told('reset', undefined, from);
    page?.letGo();
    await waitFor('its messages', () => cachedTexts(under.dataDir).length === 4);
  });

  it('gets no read mark for it either', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 1));
    server.isLive = false;
    server.epoch = NEXT_EPOCH;
    server.conversations.set(1, conversation({ id: 1, trainee: { id: 102, name: 'Trainee 2' } }));
    const from = under.batches.all.length;
    await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq: 1 });
    await under.told('reset', undefined, from);
    expect(server.seen(/POST .*\/read/).map(({ epoch }) => epoch)).not.toContain(NEXT_EPOCH);
  });

  it('takes nothing out of the outbox by an acknowledgement from before', async () => {
    const { server, under } = await signedIn();
    server.isLive = false;
    const sent = hold(server, /POST .*\/messages/, () => ({ message: write(server, 1, SELF_ID) }));
    under.enqueue(PEER_ID, 'text 1', uuid(1));
    await sent.isAsked;
    server.messages = [];
    server.events = [];
    server.conversations.set(1, conversation({ id: 1 }));
    server.epoch = NEXT_EPOCH;
    const from = under.batches.all.length;
    server.emit('head', server.head);
    await under.told('reset', undefined, from);
    sent.letGo();
    await under.told('outbox.removed');
    expect(server.messages.map(({ content }) => content)).toEqual(['text 1']);
    expect(cachedTexts(under.dataDir)).toEqual(['text 1']);
  });
});

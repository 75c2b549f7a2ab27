import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storeConversation, storeMessage } from '../../electron/cache/cache.ts';
import { enqueue } from '../../electron/outbox/enqueue.ts';
import { reconcile, settle } from '../../electron/outbox/settle.ts';
import { createViews } from '../../electron/outbox/views.ts';
import { applyEvents } from '../../electron/sync/apply.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import {
  conversation,
  EPOCH,
  message,
  openDatabases,
  SELF_ID,
  SERVER_ID,
  temporaryFolder,
  uuid,
} from './support/builders.ts';

const PEER_ID = 101;
const ENGINE = fileURLToPath(new URL('../../electron', import.meta.url));

const unexpected = (thrown: unknown): void => {
  throw thrown;
};

function setUp(folder?: string) {
  const databases = openDatabases(folder);
  const parts = { ...databases, clock: systemClock, selfId: SELF_ID, onStorageFailure: unexpected };
  const queue = (number: number, content = `text ${number}`) =>
    enqueue(parts, { clientMessageId: uuid(number), peerId: PEER_ID, content });
  const self = { id: SELF_ID, role: 'trainer', name: 'Jordan', email: 'j@example.com' } as const;
  return { ...databases, parts, queue, views: createViews({ ...databases, self }) };
}

describe('queueing a message', () => {
  it('has it on disk when it answers, even if the process is killed in the next instant', () => {
    const folder = temporaryFolder();
    const script = `
      import { openAccountStores } from '${ENGINE}/storage/account-stores.ts';
      import { createCache } from '${ENGINE}/cache/cache.ts';
      import { createOutbox } from '${ENGINE}/outbox/outbox.ts';
      import { enqueue } from '${ENGINE}/outbox/enqueue.ts';
      import { systemClock as clock } from '${ENGINE}/sync/clock.ts';
      const { value } = openAccountStores(process.argv[1], { clock, log: () => {} });
      const parts = { cache: createCache(value.cache), outbox: createOutbox(value.outbox), clock };
      enqueue(parts, { clientMessageId: '${uuid(1)}', peerId: 101, content: 'kept' });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, folder]);
    expect(child.signal).toBe('SIGKILL');
    expect(setUp(folder).outbox.all()).toMatchObject([{ clientMessageId: uuid(1), content: 'kept' }]);
  });

  it('fails without a trace on a full disk, and works again when there is space', () => {
    const { queue, outbox, stores } = setUp();
    const limit = (pages: number) =>
      stores.outbox.prepare<[], object>(`PRAGMA max_page_count = ${pages}`).get();
    limit(1);
    const long = 'x'.repeat(2_000);
    const fill = () => {
      for (let number = 1; number < 100; number += 1) queue(number, long);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
    const stored = outbox.count();
    limit(10_000);
    expect(queue(100, long)).toMatchObject({ ok: true, value: { isNew: true } });
    expect(outbox.count()).toBe(stored + 1);
  });

  it('keeps the text as it will be sent', () => {
    const { queue } = setUp();
    expect(queue(1, '  a\r\nb \u0065\u0301 ')).toMatchObject({ value: { item: { content: 'a\nb \u00e9' } } });
  });

  it('answers the same id with the same row, and queues no second one', () => {
    const { queue, outbox } = setUp();
    const first = queue(1);
    const second = queue(1);
    expect(first).toMatchObject({ ok: true, value: { isNew: true } });
    expect(second).toMatchObject({ ok: true, value: { isNew: false } });
    expect(second.ok && second.value.item).toEqual(first.ok && first.value.item);
    expect(outbox.count()).toBe(1);
  });

  it('knows an id that was sent before, and refuses one that stands for another text', () => {
    const { queue, cache, outbox } = setUp();
    storeConversation(cache, conversation({ id: 1 }), SELF_ID);
    storeMessage(cache, message({ seq: 1, senderId: SELF_ID, clientMessageId: uuid(1), content: 'text 1' }));
    expect(queue(1)).toMatchObject({ ok: true, value: { isNew: false } });
    expect(queue(1, 'other')).toMatchObject({ ok: false, error: { code: 'idempotency_mismatch' } });
    queue(2);
    expect(queue(2, 'other')).toMatchObject({ ok: false, error: { code: 'idempotency_mismatch' } });
    expect(outbox.count()).toBe(1);
  });

  it.each([
    ['blank', ' \u200b\n ', 'blank_message'],
    ['too long', 'x'.repeat(2_001), 'message_too_long'],
    ['with NUL', 'a\0b', 'message_not_sendable'],
    ['with half a character', 'a\ud800', 'message_not_sendable'],
  ])('refuses a text that is %s, and stores nothing', (_, content, code) => {
    const { queue, outbox } = setUp();
    expect(queue(1, content)).toMatchObject({ ok: false, error: { code } });
    expect(outbox.count()).toBe(0);
  });
});

describe('settling a message', () => {
  const own = message({ seq: 1, senderId: SELF_ID, clientMessageId: uuid(1), content: 'text 1' });
  const echo = { feedSeq: 1, type: 'message.created', message: own } as const;
  const cursor = { serverId: SERVER_ID, epoch: EPOCH, feedSeq: 0 };

  function ready() {
    const all = setUp();
    storeConversation(all.cache, conversation({ id: 1 }), SELF_ID);
    all.queue(1);
    return all;
  }

  it('tells the message, the removed row and the conversation in one batch', () => {
    const { parts, views } = ready();
    const changes = views.changes(settle(parts, { message: own }));
    expect(changes.map(({ type }) => type)).toEqual([
      'message.upserted',
      'outbox.removed',
      'conversation.upserted',
      'trainees.changed',
      'unread.changed',
    ]);
  });

  it.each(['acknowledgement first', 'echo first'])('ends the same way: %s', (order) => {
    const { parts, outbox, cache, views } = ready();
    const acknowledge = () => views.changes(settle(parts, { message: own }));
    const hear = () => views.changes(applyEvents(parts, cursor, [echo]));
    const [first, second] = order === 'echo first' ? [hear, acknowledge] : [acknowledge, hear];
    expect(first().map(({ type }) => type)).toContain('outbox.removed');
    expect(second()).toEqual([]);
    expect(outbox.count()).toBe(0);
    expect(cache.messages.below(1, 2, 20)).toEqual([own]);
  });

  it('is repaired at start when a crash left the message in the cache and in the outbox', () => {
    const { parts, cache, outbox, views, queue } = ready();
    queue(2);
    storeMessage(cache, own);
    expect(views.outboxOf(PEER_ID).map((row) => row.clientMessageId)).toEqual([uuid(2)]);
    reconcile(parts);
    expect(outbox.all().map((row) => row.clientMessageId)).toEqual([uuid(2)]);
  });

  it('leaves a queued message alone when the other person uses its id: ids are unique per sender only', () => {
    const { parts, cache, outbox, views, queue } = ready();
    queue(2);
    storeMessage(cache, message({ seq: 1, senderId: PEER_ID, clientMessageId: uuid(2) }));
    expect(views.outboxOf(PEER_ID).map((row) => row.clientMessageId)).toEqual([uuid(1), uuid(2)]);
    reconcile(parts);
    expect(outbox.all().map((row) => row.clientMessageId)).toEqual([uuid(1), uuid(2)]);
  });
});

describe('applying feed events', () => {
  it('goes no further than the first gap, so that nothing is ever passed over', () => {
    const { cache, parts } = setUp();
    storeConversation(cache, conversation({ id: 1 }), SELF_ID);
    const event = (feedSeq: number) =>
      ({ feedSeq, type: 'message.created', message: message({ seq: feedSeq }) }) as const;
    const cursor = { serverId: SERVER_ID, epoch: EPOCH, feedSeq: 0 };
    const edits = applyEvents(parts, cursor, [event(1), event(1), event(2), event(4)]);
    expect(edits.messages.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(cache.cursor.get()).toEqual({ ...cursor, feedSeq: 2 });
  });

  it('takes a trainee’s archived conversation away, and its queued messages out of the queue', () => {
    const { cache, parts, outbox, views, queue } = setUp();
    storeConversation(cache, conversation({ id: 1, lastMessage: message({ seq: 1 }) }), SELF_ID);
    queue(1);
    const cursor = { serverId: SERVER_ID, epoch: EPOCH, feedSeq: 0 };
    const archived = { feedSeq: 1, type: 'conversation.archived', conversationId: 1 } as const;
    const changes = views.changes(applyEvents(parts, cursor, [archived]));
    expect(outbox.find(uuid(1))).toMatchObject({
      state: 'refused',
      reason: { code: 'conversation_archived' },
    });
    expect(cache.messages.below(1, 2, 20)).toEqual([]);
    expect(views.conversation(PEER_ID)).toMatchObject({
      conversationId: null,
      preview: { delivery: 'refused' },
    });
    outbox.remove(uuid(1));
    expect(changes.map(({ type }) => type)).toContain('thread.invalidated');
    expect(views.conversations()).toEqual([]);
  });

  it('follows a trainee who joins, gets another name and leaves', () => {
    const { cache, parts, views } = setUp();
    storeConversation(cache, conversation({ id: 1 }), SELF_ID);
    const trainee = { id: PEER_ID, name: 'Maya Chen', email: 'm@example.com', conversationId: null };
    const cursor = { serverId: SERVER_ID, epoch: EPOCH, feedSeq: 0 };
    applyEvents(parts, cursor, [{ feedSeq: 1, type: 'trainee.added', trainee }]);
    expect(cache.trainees.list()).toMatchObject([{ id: PEER_ID, conversationId: 1, lastContactAt: null }]);
    const renamed = { ...trainee, name: 'Maya Reyes' };
    const edits = applyEvents(parts, { ...cursor, feedSeq: 1 }, [
      { feedSeq: 2, type: 'trainee.updated', trainee: renamed },
    ]);
    expect(views.changes(edits)).toContainEqual({ type: 'trainees.changed' });
    expect(views.conversation(PEER_ID)?.peerName).toBe('Maya Reyes');
    applyEvents(parts, { ...cursor, feedSeq: 2 }, [
      { feedSeq: 3, type: 'trainee.removed', traineeId: PEER_ID },
    ]);
    expect(cache.trainees.list()).toEqual([]);
    expect(views.conversation(PEER_ID)?.peerName).toBe('Maya Reyes');
  });
});

describe('the conversation list', () => {
  it('shows a person with only an unsent message, and puts what is pending on top', () => {
    const { cache, parts, views } = setUp();
    storeConversation(cache, conversation({ id: 1, lastMessage: message({ seq: 9 }) }), SELF_ID);
    cache.trainees.upsert({ id: 500, name: 'Zoë', email: 'z@example.com', conversationId: null });
    enqueue(parts, { clientMessageId: uuid(5), peerId: 500, content: 'Hello\n\n  Zoë' });
    expect(views.conversations()).toMatchObject([
      {
        peerId: 500,
        peerName: 'Zoë',
        conversationId: null,
        preview: { text: 'Hello Zoë', fromMe: true, delivery: 'sending' },
      },
      { peerId: PEER_ID, preview: { text: 'message 9', fromMe: false, delivery: null } },
    ]);
  });

  it('takes a refused message into the preview, but no longer into the order', () => {
    const { cache, parts, views, outbox, queue } = setUp();
    storeConversation(cache, conversation({ id: 1, lastMessage: message({ seq: 1 }) }), SELF_ID);
    const newer = message({ conversationId: 2, seq: 9 });
    storeConversation(cache, conversation({ id: 2, lastMessage: newer }), SELF_ID);
    queue(1);
    expect(views.conversations()[0]?.peerId).toBe(PEER_ID);
    outbox.setState(uuid(1), 'refused', { code: 'invalid_input' });
    expect(views.conversations().map(({ peerId, preview }) => [peerId, preview?.delivery])).toEqual([
      [102, null],
      [PEER_ID, 'refused'],
    ]);
    reconcile(parts);
  });

  it('marks the own last message as sent, then read', () => {
    const { cache, views } = setUp();
    const own = message({ seq: 3, senderId: SELF_ID });
    storeConversation(cache, conversation({ id: 1, lastMessage: own, peerReadSeq: 2 }), SELF_ID);
    expect(views.conversation(PEER_ID)?.preview?.delivery).toBe('sent');
    cache.conversations.raisePeerRead(1, 3);
    expect(views.conversation(PEER_ID)?.preview?.delivery).toBe('read');
  });

  it('cuts the preview by characters, never through one', () => {
    const { views, queue } = setUp();
    queue(1, '👍'.repeat(300));
    expect(views.conversation(PEER_ID)?.preview?.text).toBe('👍'.repeat(200));
  });
});

describe('messages brought back from the cache', () => {
  it('go out before what was queued, in their order, and leave queued ones alone', () => {
    const { outbox, queue } = setUp();
    queue(1);
    queue(2);
    outbox.prepend(
      [8, 1, 9].map((number) => ({
        clientMessageId: uuid(number),
        peerId: PEER_ID,
        content: `text ${number}`,
        queuedAt: '',
      })),
    );
    expect(outbox.all().map((row) => row.content)).toEqual(['text 8', 'text 9', 'text 1', 'text 2']);
  });
});

describe('read marks', () => {
  it('keep the highest until exactly that has been acknowledged', () => {
    const { marks } = setUp();
    for (const mark of [3, 7, 5]) marks.raise(1, mark);
    expect(marks.all()).toEqual([{ conversationId: 1, upToSeq: 7 }]);
    marks.acknowledge(1, 5);
    expect(marks.get(1)).toBe(7);
    marks.acknowledge(1, 7);
    expect(marks.all()).toEqual([]);
  });
});

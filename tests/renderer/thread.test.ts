import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announcementFor,
  inboundAfter,
  layOutRows,
  mergeThread,
  newestSeq,
  type ThreadMessage,
  type ThreadRow,
  type ThreadSources,
  upTo,
} from '../../renderer/chat/thread.ts';
import { firstUnreadPage } from '../../renderer/data/history.ts';
import type { OutboxView } from '../../shared/views.ts';
import { createWords } from '../../shared/words/words.ts';
import { ME, message } from './memory-inbox.ts';

const MAYA = 7;
const place = { timeZone: 'UTC' };
const { say } = createWords('en');

function unsent(position: number, overrides: Partial<OutboxView> = {}): OutboxView {
  return {
    clientMessageId: `unsent-${position}`,
    peerId: MAYA,
    content: `Unsent ${position}`,
    position,
    queuedAt: '2026-11-20T08:00:00.000Z',
    state: 'sending',
    reason: null,
    ...overrides,
  };
}

function sources(overrides: Partial<ThreadSources> = {}): ThreadSources {
  return {
    pages: [{ items: [], hasMore: false, error: null }],
    arrivals: [],
    outbox: [],
    myId: ME.id,
    peerReadSeq: 0,
    serverTimeOffsetMs: 0,
    ...overrides,
  };
}

const contents = (messages: readonly ThreadMessage[]): readonly string[] =>
  messages.map((one) => one.content);

describe('the page at which a thread opens', () => {
  it('is the newest while that shows the first unread message, else one around it (A9)', () => {
    expect(firstUnreadPage(90, 100).beforeSeq).toBeNull();
    const { beforeSeq } = firstUnreadPage(300, 5_000);
    expect(beforeSeq).toBeGreaterThan(301);
    expect(beforeSeq).toBeLessThanOrEqual(301 + 20);
  });
});

describe('a thread', () => {
  it('ends with what is loaded while the rest of it is not, without what waits to be sent', () => {
    const thread = mergeThread(
      sources({
        pages: [{ items: [message(MAYA, 1), message(MAYA, 2)], hasMore: false, error: null }],
        arrivals: [message(MAYA, 40)],
        outbox: [unsent(1)],
      }),
    );
    expect(contents(upTo(thread, 2))).toEqual(['Message 1', 'Message 2']);
    expect(newestSeq(thread)).toBe(40);
  });

  it('shows stored messages by number, then unsent ones in the order of their queue (I6)', () => {
    const wrongly = { createdAt: '2030-01-01T00:00:00.000Z' };
    const thread = mergeThread(
      sources({
        pages: [
          { items: [message(MAYA, 3), message(MAYA, 4)], hasMore: true, error: null },
          { items: [message(MAYA, 1, wrongly), message(MAYA, 2)], hasMore: false, error: null },
        ],
        arrivals: [message(MAYA, 5), message(MAYA, 4)],
        outbox: [unsent(9), unsent(8)],
      }),
    );
    expect(contents(thread)).toEqual([
      'Message 1',
      'Message 2',
      'Message 3',
      'Message 4',
      'Message 5',
      'Unsent 8',
      'Unsent 9',
    ]);
  });

  it('shows a message once while it is both stored and still in the outbox', () => {
    const stored = message(MAYA, 1, { senderId: ME.id });
    const thread = mergeThread(
      sources({ arrivals: [stored], outbox: [unsent(1, { clientMessageId: stored.clientMessageId })] }),
    );
    expect(thread).toHaveLength(1);
    expect(thread[0]?.delivery).toBe('sent');
  });

  it('shows both messages when the other person uses the id of one of mine', () => {
    const theirs = message(MAYA, 2, { content: 'Theirs' });
    const mine = message(MAYA, 1, { senderId: ME.id, clientMessageId: theirs.clientMessageId });
    const row = unsent(1, { clientMessageId: theirs.clientMessageId, content: 'Mine' });
    expect(contents(mergeThread(sources({ arrivals: [theirs], outbox: [row] })))).toEqual(['Theirs', 'Mine']);
    const thread = mergeThread(sources({ arrivals: [mine, theirs] }));
    expect(contents(thread)).toEqual(['Message 1', 'Theirs']);
    const rows = layOutRows(thread, { place, isComplete: false, newAfterSeq: null });
    expect(new Set(rows.map((one) => one.key)).size).toBe(2);
  });

  it('keeps the key and the place of a message from the outbox to the server', () => {
    const mine = message(MAYA, 2, { senderId: ME.id, content: 'On my way' });
    const row = unsent(1, { clientMessageId: mine.clientMessageId, content: 'On my way' });
    const pages = [{ items: [message(MAYA, 1)], hasMore: false, error: null }];
    const before = mergeThread(sources({ pages, outbox: [row] }));
    const after = mergeThread(sources({ pages, arrivals: [mine], outbox: [row] }));
    const keysOf = (thread: readonly ThreadMessage[]) =>
      layOutRows(thread, { place, isComplete: false, newAfterSeq: null }).map((one) => one.key);
    expect(after.map((one) => one.seq)).toEqual([1, 2]);
    expect(keysOf(after)).toEqual(keysOf(before));
  });

  it('marks own messages as read up to where the other person has read', () => {
    const items = [1, 2, 3].map((seq) => message(MAYA, seq, { senderId: ME.id }));
    const thread = mergeThread(sources({ pages: [{ items, hasMore: false, error: null }], peerReadSeq: 2 }));
    expect(thread.map((one) => one.delivery)).toEqual(['read', 'read', 'sent']);
  });

  it('leaves out an arrival from below a hole that only paging can fill', () => {
    const page = { items: [message(MAYA, 50)], hasMore: true, error: null };
    expect(contents(mergeThread(sources({ pages: [page], arrivals: [message(MAYA, 12)] })))).toEqual([
      'Message 50',
    ]);
  });

  it("puts the time of unsent messages on the server's clock", () => {
    const [one] = mergeThread(sources({ outbox: [unsent(1)], serverTimeOffsetMs: 60_000 }));
    expect(one?.atMs).toBe(Date.parse('2026-11-20T08:01:00.000Z'));
  });
});

function shown(seq: number, minute: number, isMine = false): ThreadMessage {
  return {
    clientMessageId: `m${seq}`,
    seq,
    content: `Message ${seq}`,
    atMs: Date.parse('2026-11-20T23:00:00Z') + minute * 60_000,
    isMine,
    delivery: isMine ? 'sent' : null,
    reason: null,
  };
}

const kinds = (rows: readonly ThreadRow[]): readonly string[] =>
  rows.map((row) => (row.kind === 'message' ? row.message.clientMessageId : row.kind));
const options = { place, isComplete: true, newAfterSeq: null };

describe('the rows of a thread', () => {
  it('group messages of one sender within five minutes', () => {
    const rows = layOutRows([shown(1, 0), shown(2, 5), shown(3, 11), shown(4, 12, true)], options);
    const groups = rows.flatMap((row) => (row.kind === 'message' ? [[row.startsGroup, row.endsGroup]] : []));
    expect(groups).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('begin each local day with a line (K1)', () => {
    const messages = [shown(1, 0), shown(2, 59), shown(3, 61)];
    expect(kinds(layOutRows(messages, options))).toEqual(['day', 'm1', 'm2', 'day', 'm3']);
    const auckland = { ...options, place: { timeZone: 'Pacific/Auckland' } };
    expect(kinds(layOutRows(messages, auckland))).toEqual(['day', 'm1', 'm2', 'm3']);
  });

  it('do not claim that a day begins where older messages are still missing', () => {
    expect(kinds(layOutRows([shown(1, 0)], { ...options, isComplete: false }))).toEqual(['m1']);
  });

  it('put the line before the first new inbound message, never before an own one', () => {
    const messages = [shown(1, 0), shown(2, 1, true), shown(3, 2)];
    expect(kinds(layOutRows(messages, { ...options, newAfterSeq: 1 }))).toEqual([
      'day',
      'm1',
      'm2',
      'new',
      'm3',
    ]);
    expect(kinds(layOutRows(messages, { ...options, newAfterSeq: 3 }))).toEqual(['day', 'm1', 'm2', 'm3']);
  });

  it('have no line where what is before it is not loaded: it would stand in the wrong place (A9)', () => {
    const messages = [shown(5, 0), shown(6, 1)];
    const at = (newAfterSeq: number) =>
      kinds(layOutRows(messages, { ...options, isComplete: false, newAfterSeq }));
    expect(at(3)).toEqual(['m5', 'm6']);
    expect(at(4)).toEqual(['new', 'm5', 'm6']);
    expect(at(5)).toEqual(['m5', 'new', 'm6']);
  });

  it('stay as they are, height and all, when older messages come in above them', () => {
    const steps = fc.array(fc.record({ minutes: fc.integer({ min: 0, max: 900 }), isMine: fc.boolean() }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, fc.nat(), (given, cut) => {
        let minute = 0;
        const all = given.map(({ minutes, isMine }, index) => {
          minute += minutes;
          return shown(index + 1, minute, isMine);
        });
        const newer = all.slice(1 + (cut % (all.length - 1)));
        const before = layOutRows(newer, { ...options, isComplete: false });
        const after = layOutRows(all, options).slice(-before.length);
        const heights = (rows: readonly ThreadRow[]): readonly unknown[] =>
          rows.map((row) => [row.key, row.kind === 'message' && row.endsGroup]);
        expect(heights(after)).toEqual(heights(before));
      }),
    );
  });
});

describe('what is announced', () => {
  it('is who wrote what, or how many when many came at once', () => {
    const arrived = [1, 2, 3, 4].map((seq) => shown(seq, seq));
    expect(announcementFor('Maya Chen', [], say)).toBeNull();
    expect(announcementFor('Maya Chen', arrived.slice(0, 1), say)).toBe('Maya Chen: Message 1');
    expect(announcementFor('Maya Chen', arrived, say)).toBe('4 new messages from Maya Chen');
  });

  it('holds only stored messages of the other person above what is known', () => {
    const messages = [shown(1, 0), shown(2, 1, true), shown(3, 2), { ...shown(4, 3, true), seq: null }];
    expect(inboundAfter(messages, 1).map((one) => one.seq)).toEqual([3]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeConversation, storeMessage } from '../../electron/cache/cache.ts';
import { noEdits } from '../../electron/cache/edits.ts';
import { createViews } from '../../electron/outbox/views.ts';
import { conversation, message, openDatabases, SELF_ID } from './support/builders.ts';

const SELF = { id: SELF_ID, role: 'trainer', name: 'Jordan Reyes', email: 'jordan@example.com' } as const;

/** What the server holds: who sent each message, and how far we have read. */
interface Truth {
  readonly senders: readonly ('me' | 'peer')[];
  readonly readSeq: number;
}

function unreadOf({ senders }: Truth, readSeq: number): number {
  return senders.filter((sender, index) => sender === 'peer' && index + 1 > readSeq).length;
}

const truth = fc
  .array(fc.constantFrom<'me' | 'peer'>('me', 'peer'), { minLength: 1, maxLength: 40 })
  .chain((senders) =>
    fc.record({
      senders: fc.constant(senders),
      readSeq: fc.integer({ min: 0, max: Math.floor(senders.length / 2) }),
      statedAt: fc.integer({ min: 1, max: senders.length }),
      marks: fc.array(fc.integer({ min: 0, max: senders.length }), { maxLength: 3 }),
      deliveries: fc.shuffledSubarray(
        senders.map((_, index) => index + 1),
        { minLength: 0 },
      ),
    }),
  );

/** Conversations of ever new people on one pair of databases. */
function setUp() {
  const databases = openDatabases();
  const views = createViews({ ...databases, self: SELF });
  let id = 0;
  return ({ senders, readSeq, statedAt }: Truth & { readonly statedAt: number }) => {
    id += 1;
    const conversationId = id;
    const peerId = 100 + conversationId;
    const stated = { senders: senders.slice(0, statedAt), readSeq: Math.min(readSeq, statedAt) };
    const messageAt = (seq: number) =>
      message({ conversationId, seq, senderId: senders[seq - 1] === 'me' ? SELF_ID : peerId });
    storeConversation(
      databases.cache,
      conversation({
        id: conversationId,
        lastMessage: messageAt(statedAt),
        readSeq: stated.readSeq,
        unreadCount: unreadOf(stated, stated.readSeq),
      }),
      SELF_ID,
    );
    const unread = () => views.conversation(peerId)?.unreadCount;
    return { ...databases, views, conversationId, peerId, unread, messageAt, stated };
  };
}

describe('unread counts', () => {
  it('equal the server’s once everything above its statement has arrived, in any order and twice (A4, A5)', () => {
    const talk = setUp();
    fc.assert(
      fc.property(truth, (given) => {
        const { cache, unread, messageAt, stated } = talk(given);
        const above = given.senders.map((_, index) => index + 1).filter((seq) => seq > given.statedAt);
        for (const seq of [...given.deliveries, ...above, ...given.deliveries])
          storeMessage(cache, messageAt(seq));
        expect(unread()).toBe(unreadOf(given, stated.readSeq));
      }),
      { numRuns: 60 },
    );
  });

  it('are never too low under a raised mark, and exact once the rows above it are here', () => {
    const talk = setUp();
    fc.assert(
      fc.property(truth, (given) => {
        const { cache, marks, conversationId, peerId, unread, views, messageAt, stated } = talk(given);
        const above = given.senders.map((_, index) => index + 1).filter((seq) => seq > given.statedAt);
        for (const seq of above) storeMessage(cache, messageAt(seq));
        let mark = stated.readSeq;
        for (const next of given.marks) {
          marks.raise(conversationId, next);
          mark = Math.max(mark, next);
          expect(unread()).toBeGreaterThanOrEqual(unreadOf(given, mark));
          expect(unread()).toBeLessThanOrEqual(unreadOf(given, stated.readSeq));
        }
        for (const seq of given.senders.keys()) storeMessage(cache, messageAt(seq + 1));
        expect(unread()).toBe(unreadOf(given, mark));
        const rows = views.conversations();
        expect(rows.find((row) => row.peerId === peerId)?.unreadCount).toBe(unreadOf(given, mark));
        views.changes({ ...noEdits(), peers: new Set([peerId]) });
        expect(views.unreadTotal()).toBe(rows.reduce((total, row) => total + row.unreadCount, 0));
      }),
      { numRuns: 30 },
    );
  });

  it('do not change when an older statement is replayed', () => {
    const { cache, unread, messageAt } = setUp()({
      senders: ['peer', 'peer', 'peer'],
      readSeq: 0,
      statedAt: 3,
    });
    storeConversation(cache, conversation({ id: 1, lastMessage: messageAt(1), unreadCount: 1 }), SELF_ID);
    expect(unread()).toBe(3);
  });

  it('fall with the other device’s reading and never rise again by a late receipt (A6)', () => {
    const { cache, unread } = setUp()({
      senders: ['peer', 'peer', 'peer', 'peer', 'peer'],
      readSeq: 0,
      statedAt: 5,
    });
    for (const receipt of [5, 3, 4]) cache.conversations.raiseRead(1, receipt);
    expect(unread()).toBe(0);
  });
});

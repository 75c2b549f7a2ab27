import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editsFor } from '../../renderer/data/apply-change.ts';
import type { AppView, Change, ConversationView, OutboxView } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { DESKTOP, UPDATES } from '../harness/desktop-view.ts';
import { conversation, message } from './memory-inbox.ts';

/** What the query cache holds, as plain values. */
interface Held {
  readonly app: Pick<AppView, 'unreadCount' | 'connection'>;
  readonly conversations: readonly ConversationView[];
  readonly arrivals: Readonly<Record<number, readonly Message[]>>;
  readonly outbox: Readonly<Record<number, readonly OutboxView[]>>;
}

const connection: AppView['connection'] = {
  phase: 'live',
  lastUpdatedAt: null,
  waitingCount: 0,
  sendPausedUntil: null,
  isFilled: true,
  serverTimeOffsetMs: 0,
};
const app: AppView = {
  changeNumber: 0,
  version: '0.1.0',
  language: { choice: 'system', shown: 'en' },
  desktop: DESKTOP,
  updates: UPDATES,
  requestedPeerId: null,
  place: null,
  run: { isSafeStart: false, hasFailed: false },
  session: null,
  signIn: { server: '', email: '', ended: null, unsentCount: 0 },
  connection,
  unreadCount: 0,
  storageProblem: null,
};
const PEERS = [1, 2, 3];

function held(): Held {
  return {
    app,
    conversations: [],
    arrivals: { 1: [], 2: [], 3: [] },
    outbox: { 1: [], 2: [], 3: [] },
  };
}

function apply(state: Held, change: Change): Held {
  let next = state;
  for (const edit of editsFor(change)) {
    switch (edit.target) {
      case 'app':
        next = { ...next, app: edit.update({ ...app, ...next.app }) };
        break;
      case 'conversations':
        next = { ...next, conversations: edit.update(next.conversations) };
        break;
      case 'arrivals':
        next = {
          ...next,
          arrivals: { ...next.arrivals, [edit.peerId]: edit.update(next.arrivals[edit.peerId] ?? []) },
        };
        break;
      case 'outbox':
        next = {
          ...next,
          outbox: { ...next.outbox, [edit.peerId]: edit.update(next.outbox[edit.peerId] ?? []) },
        };
        break;
      case 'reread':
      case 'forget':
        break;
    }
  }
  return next;
}

function applyAll(changes: readonly Change[]): Held {
  return changes.reduce(apply, held());
}

function outboxRow(peerId: number, position: number, state: OutboxView['state']): OutboxView {
  return {
    clientMessageId: `${peerId}-${position}`,
    peerId,
    content: 'Hello',
    position,
    queuedAt: '2026-11-20T08:00:00.000Z',
    state,
    reason: null,
  };
}

const peer = fc.constantFrom(...PEERS);
const small = fc.integer({ min: 1, max: 6 });
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ peerId: peer, seq: small }).map(({ peerId, seq }): Change => ({
    type: 'message.upserted',
    peerId,
    message: message(peerId, seq),
  })),
  fc
    .record({ peerId: peer, readSeq: small, peerReadSeq: small, sortKey: small })
    .map(({ peerId, readSeq, peerReadSeq, sortKey }): Change => ({
      type: 'conversation.upserted',
      conversation: conversation({ peerId, readSeq, peerReadSeq, sortKey: String(sortKey) }),
    })),
  fc
    .record({ peerId: peer, position: small, state: fc.constantFrom('sending', 'notSent', 'refused') })
    .map(({ peerId, position, state }): Change => ({
      type: 'outbox.upserted',
      item: outboxRow(peerId, position, state),
    })),
  fc.record({ peerId: peer, position: small }).map(({ peerId, position }): Change => ({
    type: 'outbox.removed',
    peerId,
    clientMessageId: `${peerId}-${position}`,
  })),
  small.map((unreadCount): Change => ({ type: 'unread.changed', unreadCount })),
);

describe('applying published changes', () => {
  it('twice in a row is the same as once', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
        const doubled = changes.flatMap((change) => [change, change]);
        expect(applyAll(doubled)).toEqual(applyAll(changes));
      }),
    );
  });

  it('replayed from the start ends in the same state', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
        const once = applyAll(changes);
        const replayed = changes.reduce(apply, once);
        // Rows that a replay brings back and takes away again are the same rows.
        expect(replayed.arrivals).toEqual(once.arrivals);
        expect(replayed.outbox).toEqual(once.outbox);
        expect(replayed.app).toEqual(once.app);
      }),
    );
  });

  it('never takes a read mark back (A6)', () => {
    const state = applyAll([
      {
        type: 'conversation.upserted',
        conversation: conversation({ peerId: 1, readSeq: 5, peerReadSeq: 9 }),
      },
      {
        type: 'conversation.upserted',
        conversation: conversation({ peerId: 1, readSeq: 3, peerReadSeq: 4 }),
      },
    ]);
    expect(state.conversations[0]).toMatchObject({ readSeq: 5, peerReadSeq: 9 });
  });

  it('keeps the list in the order of its keys, newest first', () => {
    const state = applyAll([
      { type: 'conversation.upserted', conversation: conversation({ peerId: 1, sortKey: '01' }) },
      { type: 'conversation.upserted', conversation: conversation({ peerId: 2, sortKey: '03' }) },
      { type: 'conversation.upserted', conversation: conversation({ peerId: 3, sortKey: '02' }) },
      { type: 'conversation.upserted', conversation: conversation({ peerId: 1, sortKey: '04' }) },
    ]);
    expect(state.conversations.map((row) => row.peerId)).toEqual([1, 2, 3]);
  });

  it('keeps queued messages in the order of their queue, also after one moved to its end', () => {
    const state = applyAll([
      { type: 'outbox.upserted', item: outboxRow(1, 1, 'refused') },
      { type: 'outbox.upserted', item: outboxRow(1, 2, 'sending') },
      { type: 'outbox.upserted', item: { ...outboxRow(1, 1, 'sending'), position: 3 } },
    ]);
    expect(state.outbox[1]?.map((row) => row.clientMessageId)).toEqual(['1-2', '1-1']);
  });

  it('asks for a thread to be read again when single edits cannot tell what changed', () => {
    expect(editsFor({ type: 'thread.invalidated', peerId: 4 })).toEqual([
      { target: 'reread', key: ['messages', 4] },
    ]);
  });
});

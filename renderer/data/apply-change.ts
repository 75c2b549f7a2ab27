/**
 * The one way in which a published change reaches the query cache: a change in, cache edits out.
 * Pure, and safe to run twice: every change carries the new state.
 */
import type { AppView, Change, ConversationView, OutboxView } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { keys } from './keys.ts';

/** An edit to one entry of the query cache; entries that were never read stay absent. */
export type CacheEdit =
  | { readonly target: 'app'; readonly update: (view: AppView) => AppView }
  | {
      readonly target: 'conversations';
      readonly update: (rows: readonly ConversationView[]) => readonly ConversationView[];
    }
  | {
      readonly target: 'arrivals';
      readonly peerId: number;
      readonly update: (messages: readonly Message[]) => readonly Message[];
    }
  | {
      readonly target: 'outbox';
      readonly peerId: number;
      readonly update: (rows: readonly OutboxView[]) => readonly OutboxView[];
    }
  /** Read again what is on screen, forget the rest. */
  | { readonly target: 'reread'; readonly key: readonly (string | number)[] }
  | { readonly target: 'forget'; readonly key: readonly (string | number)[] };

function upsertMessage(messages: readonly Message[], message: Message): readonly Message[] {
  if (messages.some((known) => known.seq === message.seq)) return messages;
  return [...messages, message].toSorted((a, b) => a.seq - b.seq);
}

/** Read positions only ever rise, so a change that arrives late cannot take a mark back. */
function withRisingMarks(known: ConversationView | undefined, next: ConversationView): ConversationView {
  if (known === undefined || known.conversationId !== next.conversationId) return next;
  if (known.readSeq <= next.readSeq && known.peerReadSeq <= next.peerReadSeq) return next;
  return {
    ...next,
    readSeq: Math.max(known.readSeq, next.readSeq),
    peerReadSeq: Math.max(known.peerReadSeq, next.peerReadSeq),
  };
}

function byNewest(a: ConversationView, b: ConversationView): number {
  if (a.sortKey === b.sortKey) return a.peerId - b.peerId;
  return a.sortKey < b.sortKey ? 1 : -1;
}

function upsertConversation(
  rows: readonly ConversationView[],
  row: ConversationView,
): readonly ConversationView[] {
  const known = rows.find((other) => other.peerId === row.peerId);
  const others = rows.filter((other) => other !== known);
  return [...others, withRisingMarks(known, row)].toSorted(byNewest);
}

function upsertOutbox(rows: readonly OutboxView[], item: OutboxView): readonly OutboxView[] {
  const others = rows.filter((row) => row.clientMessageId !== item.clientMessageId);
  return [...others, item].toSorted((a, b) => a.position - b.position);
}

/** What to edit in the query cache for one change. */
export function editsFor(change: Change): readonly CacheEdit[] {
  switch (change.type) {
    case 'message.upserted':
      return [
        {
          target: 'arrivals',
          peerId: change.peerId,
          update: (messages) => upsertMessage(messages, change.message),
        },
      ];
    case 'conversation.upserted':
      return [{ target: 'conversations', update: (rows) => upsertConversation(rows, change.conversation) }];
    case 'conversation.removed':
      return [
        { target: 'conversations', update: (rows) => rows.filter((row) => row.peerId !== change.peerId) },
        { target: 'forget', key: keys.arrivals(change.peerId) },
        { target: 'reread', key: keys.messages(change.peerId) },
        { target: 'reread', key: keys.outbox(change.peerId) },
      ];
    case 'thread.invalidated':
      // Arrivals stay: messages never change, and dropping them would make bubbles blink while pages are read.
      return [{ target: 'reread', key: keys.messages(change.peerId) }];
    case 'outbox.upserted':
      return [
        { target: 'outbox', peerId: change.item.peerId, update: (rows) => upsertOutbox(rows, change.item) },
      ];
    case 'outbox.removed':
      return [
        {
          target: 'outbox',
          peerId: change.peerId,
          update: (rows) => rows.filter((row) => row.clientMessageId !== change.clientMessageId),
        },
      ];
    case 'trainees.changed':
      return [{ target: 'reread', key: keys.trainees }];
    case 'connection.changed':
      return [{ target: 'app', update: (view) => ({ ...view, connection: change.connection }) }];
    case 'unread.changed':
      return [{ target: 'app', update: (view) => ({ ...view, unreadCount: change.unreadCount }) }];
    case 'storage.changed':
      return [{ target: 'app', update: (view) => ({ ...view, storageProblem: change.storageProblem }) }];
    case 'desktop.changed':
      return [{ target: 'app', update: (view) => ({ ...view, desktop: change.desktop }) }];
    case 'updates.changed':
      return [{ target: 'app', update: (view) => ({ ...view, updates: change.updates }) }];
    case 'run.changed':
      return [{ target: 'app', update: (view) => ({ ...view, run: change.run }) }];
    case 'language.changed':
      return [{ target: 'app', update: (view) => ({ ...view, language: change.language }) }];
    case 'session.changed':
      return [
        { target: 'app', update: (view) => ({ ...view, session: change.session, signIn: change.signIn }) },
      ];
    // These two move the window, not its data; `reset` is carried out by whoever reads everything again.
    case 'typing.changed':
    case 'thread.requested':
    case 'tray.introduced':
    case 'reset':
      return [];
  }
}

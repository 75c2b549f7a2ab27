import type { Conversation, Message, Trainee } from '../../shared/wire/entities.ts';
import type { FeedEvent } from '../../shared/wire/feed.ts';
import type { FeedAnswer, SnapshotAnswer } from '../../shared/wire/rest.ts';
import { z } from '../../shared/schema.ts';
import { ApiError } from '../operations/api-error.ts';
import { isoTime } from '../operations/clock.ts';
import type { Database } from '../storage/database.ts';
import type { ServerIdentity } from '../storage/meta.ts';
import {
  findConversations,
  findReadTimes,
  listConversationsById,
  type ReadTimes,
} from './conversation-repository.ts';
import { findFeedHead, listFeedRows, type FeedRow } from './feed-repository.ts';
import { findVisibleMessages } from './message-repository.ts';
import { cutPage, decodeCursor, encodeCursor } from '../operations/page-cursor.ts';
import { findTrainees, listTrainees } from './trainee-repository.ts';
import type { Viewer } from './viewer.ts';

/** Each user's numbered list of changes, and the snapshot that stands in for a list that is gone. */
export interface Feed {
  /** @throws ApiError 410 `cursor_expired` */
  read(viewer: Viewer, epoch: string, after: number, limit: number): Promise<FeedAnswer>;
  /**
   * Tells stored events as they stand now; what the viewer may no longer see becomes `hidden`. Messages that the
   * viewer saw being stored this moment can be handed in instead of being read again.
   */
  describe(viewer: Viewer, rows: readonly FeedRow[], atHand?: readonly Message[]): Promise<FeedEvent[]>;
  snapshot(viewer: Viewer, cursor: string | null, limit: number): Promise<SnapshotAnswer>;
}

/** Where a client stands in a snapshot; a null id says that this list is finished. */
const snapshotCursorSchema = z.object({
  feedSeq: z.int().nonnegative(),
  belowConversationId: z.int().positive().nullable(),
  afterTraineeId: z.int().nonnegative().nullable(),
});

/** Current state of everything that a batch of events is about, as far as the viewer may see it. */
interface Subjects {
  readonly conversations: ReadonlyMap<number, Conversation>;
  readonly messages: ReadonlyMap<number, Message>;
  readonly trainees: ReadonlyMap<number, Trainee>;
  readonly readTimes: ReadonlyMap<number, ReadTimes>;
}

function presentIds(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids)].filter((id) => id !== null);
}

/** What is left to tell of one event, or null. */
function describeRow(viewer: Viewer, row: FeedRow, subjects: Subjects): FeedEvent | null {
  const { feed_seq: feedSeq, type, subject_id: subjectId } = row;
  const conversation =
    row.conversation_id === null ? undefined : subjects.conversations.get(row.conversation_id);
  switch (type) {
    case 'message.created': {
      const message = row.message_id === null ? undefined : subjects.messages.get(row.message_id);
      return message ? { feedSeq, type, message } : null;
    }
    case 'conversation.created':
    case 'conversation.restored':
      return conversation ? { feedSeq, type, conversation } : null;
    case 'conversation.read': {
      if (!conversation || subjectId === null) return null;
      const readSeq = subjectId === viewer.id ? conversation.readSeq : conversation.peerReadSeq;
      const times = subjects.readTimes.get(conversation.id);
      const readAt =
        (subjectId === conversation.trainer.id ? times?.trainer : times?.trainee) ?? row.created_at;
      return {
        feedSeq,
        type,
        conversationId: conversation.id,
        userId: subjectId,
        readSeq,
        readAt: isoTime(readAt),
      };
    }
    case 'conversation.archived':
      // The trainee learns the id alone, and that also after the conversation has become invisible.
      if (viewer.role === 'trainee') {
        return row.conversation_id === null ? null : { feedSeq, type, conversationId: row.conversation_id };
      }
      return conversation ? { feedSeq, type, conversation } : null;
    case 'trainee.added':
    case 'trainee.updated': {
      const trainee = subjectId === null ? undefined : subjects.trainees.get(subjectId);
      return trainee ? { feedSeq, type, trainee } : null;
    }
    case 'trainee.removed':
      return subjectId === null ? null : { feedSeq, type, traineeId: subjectId };
  }
}

function cursorExpired(): ApiError {
  return new ApiError(
    410,
    'cursor_expired',
    'This position in the feed is no longer known. Load a snapshot.',
  );
}

/** The feeds in this database. */
export function createFeed(parts: { readonly database: Database; readonly identity: ServerIdentity }): Feed {
  const db = parts.database.read;
  const { serverId, epoch } = parts.identity;

  async function loadSubjects(
    viewer: Viewer,
    rows: readonly FeedRow[],
    atHand: readonly Message[],
  ): Promise<Subjects> {
    // Most events are messages, and of their conversations nothing is told.
    const aboutConversations = rows.filter(({ type }) => type !== 'message.created');
    const conversationIds = presentIds(aboutConversations.map((row) => row.conversation_id));
    const isTrainer = viewer.role === 'trainer';
    const traineeRows = rows.filter(({ type }) => type === 'trainee.added' || type === 'trainee.updated');
    const known = new Map(atHand.map((message) => [message.id, message]));
    const messageIds = presentIds(rows.map((row) => row.message_id)).filter((id) => !known.has(id));
    return {
      conversations: await findConversations(db, viewer, conversationIds),
      messages: new Map([...known, ...(await findVisibleMessages(db, viewer, messageIds))]),
      trainees: isTrainer
        ? await findTrainees(db, viewer.id, presentIds(traineeRows.map((row) => row.subject_id)))
        : new Map(),
      readTimes: rows.some(({ type }) => type === 'conversation.read')
        ? await findReadTimes(db, conversationIds)
        : new Map(),
    };
  }

  async function describe(
    viewer: Viewer,
    rows: readonly FeedRow[],
    atHand: readonly Message[] = [],
  ): Promise<FeedEvent[]> {
    const subjects = await loadSubjects(viewer, rows, atHand);
    return rows.map((row) => describeRow(viewer, row, subjects) ?? { feedSeq: row.feed_seq, type: 'hidden' });
  }

  return {
    describe,

    async read(viewer, askedEpoch, after, limit) {
      const head = await findFeedHead(db, viewer.id);
      if (askedEpoch !== epoch || after > head) throw cursorExpired();
      const rows = await listFeedRows(db, viewer.id, after, head, limit);
      // Numbers have no gaps, so a first row that is not the next one means that some were forgotten.
      if (after < head && rows[0]?.feed_seq !== after + 1) throw cursorExpired();
      return { serverId, epoch, events: await describe(viewer, rows), head };
    },

    async snapshot(viewer, cursor, limit) {
      // The feed's number is read first: what changes during the reading below is told again by the feed.
      const position = cursor === null ? null : decodeCursor(cursor, snapshotCursorSchema);
      const feedSeq = position?.feedSeq ?? (await findFeedHead(db, viewer.id));
      const belowId = position?.belowConversationId ?? null;
      const afterId = position ? position.afterTraineeId : viewer.role === 'trainer' ? 0 : null;
      const hasConversations = position === null || belowId !== null;
      const conversations = cutPage(
        hasConversations ? await listConversationsById(db, viewer, belowId, limit + 1) : [],
        limit,
      );
      const trainees = cutPage(
        afterId === null ? [] : await listTrainees(db, viewer.id, afterId, limit + 1),
        limit,
      );
      const nextCursor =
        conversations.last === null && trainees.last === null
          ? null
          : encodeCursor({
              feedSeq,
              belowConversationId: conversations.last?.id ?? null,
              afterTraineeId: trainees.last?.id ?? null,
            });
      return {
        serverId,
        epoch,
        feedSeq,
        conversations: conversations.items,
        trainees: trainees.items,
        nextCursor,
      };
    },
  };
}

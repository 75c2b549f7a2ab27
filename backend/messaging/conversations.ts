import type { Conversation, Message } from '../../shared/wire/entities.ts';
import { z } from '../../shared/schema.ts';
import { notFound } from '../operations/api-error.ts';
import { readTime, type Database } from '../storage/database.ts';
import {
  countUnread,
  findConversationRow,
  findConversations,
  listConversations,
  lockConversationRow,
  updateReadSeq,
} from './conversation-repository.ts';
import { appendToFeeds, type FeedRow, type NewFeedEvent } from './feed-repository.ts';
import { listMessagesBackwards } from './message-repository.ts';
import { cutPage, decodeCursor, encodeCursor } from '../operations/page-cursor.ts';
import type { Viewer } from './viewer.ts';

/** A page of a list, and the cursor of the next one. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Reading conversations, and how far each participant has read. */
export interface Conversations {
  /** Newest message first. @throws ApiError 400 for a foreign cursor */
  list(viewer: Viewer, cursor: string | null, limit: number): Promise<Page<Conversation>>;
  /** @throws ApiError 404 */
  get(viewer: Viewer, id: number): Promise<Conversation>;
  /** Ascending `seq`, the newest page or the one before `beforeSeq`. @throws ApiError 404 */
  messages(
    viewer: Viewer,
    id: number,
    beforeSeq: number | null,
    limit: number,
  ): Promise<{ items: Message[]; hasMore: boolean }>;
  unreadCount(viewer: Viewer): Promise<number>;
  /** Raises the viewer's read mark; it never goes back. @returns where it is now. @throws ApiError 404 */
  markRead(viewer: Viewer, id: number, upToSeq: number): Promise<number>;
  /** Both participants of a conversation that the viewer may see and that is not archived, or null. */
  findOpen(viewer: Viewer, id: number): Promise<{ trainerId: number; traineeId: number } | null>;
  /** Whether the viewer may see the conversation. */
  isVisible(viewer: Viewer, id: number): Promise<boolean>;
}

const positionSchema = z.object({ lastMessageAt: z.int().nonnegative(), id: z.int().positive() });

/** The conversations in this database; `announce` is called with the feed events of each commit. */
export function createConversations(parts: {
  readonly database: Database;
  readonly announce: (rows: readonly FeedRow[]) => void;
}): Conversations {
  const { database, announce } = parts;
  const db = database.read;

  return {
    async list(viewer, cursor, limit) {
      const position = cursor === null ? null : decodeCursor(cursor, positionSchema);
      const { items, last } = cutPage(await listConversations(db, viewer, position, limit + 1), limit);
      const nextCursor =
        last &&
        encodeCursor({
          lastMessageAt: last.lastMessageAt === null ? 0 : Date.parse(last.lastMessageAt),
          id: last.id,
        });
      return { items, nextCursor };
    },

    async get(viewer, id) {
      const conversation = (await findConversations(db, viewer, [id])).get(id);
      if (!conversation) throw notFound();
      return conversation;
    },

    async messages(viewer, id, beforeSeq, limit) {
      if (!(await findConversationRow(db, viewer, id))) throw notFound();
      const newestFirst = await listMessagesBackwards(db, id, beforeSeq, limit + 1);
      return { items: newestFirst.slice(0, limit).toReversed(), hasMore: newestFirst.length > limit };
    },

    unreadCount: (viewer) => countUnread(db, viewer),

    async markRead(viewer, id, upToSeq) {
      const { readSeq, rows } = await database.transaction(async (trx) => {
        const row = await lockConversationRow(trx, viewer, id);
        if (!row) throw notFound();
        const current = viewer.role === 'trainer' ? row.trainer_read_seq : row.trainee_read_seq;
        const next = Math.max(current, Math.min(upToSeq, row.last_seq));
        if (next === current) return { readSeq: current, rows: null };
        const now = await readTime(trx, database);
        await updateReadSeq(trx, id, viewer.role, next, now);
        const events = [row.trainer_id, row.trainee_id].map((userId): NewFeedEvent => {
          return { userId, type: 'conversation.read', conversationId: id, subjectId: viewer.id };
        });
        return { readSeq: next, rows: await appendToFeeds(trx, events, now) };
      });
      if (rows) announce(rows);
      return readSeq;
    },

    async findOpen(viewer, id) {
      const row = await findConversationRow(db, viewer, id);
      return row?.is_archived === 0 ? { trainerId: row.trainer_id, traineeId: row.trainee_id } : null;
    },

    isVisible: async (viewer, id) => (await findConversationRow(db, viewer, id)) !== undefined,
  };
}

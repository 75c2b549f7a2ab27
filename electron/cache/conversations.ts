import type { Conversation, Message } from '../../shared/wire/entities.ts';
import type { Store } from '../storage/open.ts';
import { unreadSql } from './unread.ts';

/** A conversation as the cache knows it, with its derived unread count and its last message, if cached. */
export interface CachedConversation {
  readonly id: number;
  readonly peerId: number;
  readonly peerName: string;
  readonly isArchived: boolean;
  readonly lastSeq: number;
  readonly lastMessageAt: string | null;
  readonly readSeq: number;
  readonly peerReadSeq: number;
  readonly unreadCount: number;
  readonly lastMessage: {
    /** The first 400 code points. */
    readonly content: string;
    readonly senderId: number;
    readonly createdAt: string;
  } | null;
}

/** Conversations of the cache. Counters only rise, whatever order things arrive in. */
export interface ConversationCache {
  /** Stores what the server stated, from the side of the user `selfId`. */
  upsert(conversation: Conversation, selfId: number): void;
  /** Raises `lastSeq` and the time of the last message. */
  noteMessage(message: Message): void;
  raiseRead(conversationId: number, readSeq: number): void;
  raisePeerRead(conversationId: number, readSeq: number): void;
  renamePeer(peerId: number, name: string): void;
  /** With `readSeq` when a higher own mark than the cached one is known. */
  find(conversationId: number, readSeq?: number): CachedConversation | undefined;
  idOfPeer(peerId: number): number | undefined;
  peerOf(conversationId: number): number | undefined;
  /** Newest message first. */
  list(): CachedConversation[];
  /** The unread counts that are not 0, by the cached marks. */
  unreadCounts(): { readonly peerId: number; readonly unreadCount: number }[];
  /** Conversations with unread messages, newest first. */
  withUnread(limit: number): { id: number; peerId: number; lastSeq: number; readSeq: number }[];
  remove(conversationId: number): void;
  removeAll(): void;
}

interface Row {
  id: number;
  peerId: number;
  peerName: string;
  isArchived: number;
  lastSeq: number;
  lastMessageAt: string | null;
  readSeq: number;
  peerReadSeq: number;
  unreadCount: number;
  content: string | null;
  senderId: number | null;
  createdAt: string | null;
}

/**
 * A parameter that the query planner does not look into. For a bare one this build of SQLite (STAT4) prepares a
 * join anew each time that another value is bound, which takes a hundred times as long as running it.
 */
const HIDDEN_PARAMETER = 'CAST(? AS INTEGER)';

function selectSql(readSeq: string, where: string): string {
  return `
    SELECT c.id, c.peer_id AS peerId, c.peer_name AS peerName, c.is_archived AS isArchived,
      c.last_seq AS lastSeq, c.last_message_at AS lastMessageAt, ${readSeq} AS readSeq,
      c.peer_read_seq AS peerReadSeq, ${unreadSql(readSeq)} AS unreadCount,
      substr(m.content, 1, 400) AS content, m.sender_id AS senderId, m.created_at AS createdAt
    FROM conversations c
    LEFT JOIN messages m ON m.conversation_id = c.id AND m.seq = c.last_seq
    ${where}`;
}

function fromRow({ isArchived, content, senderId, createdAt, ...row }: Row): CachedConversation {
  const hasLast = content !== null && senderId !== null && createdAt !== null;
  return {
    ...row,
    isArchived: isArchived === 1,
    lastMessage: hasLast ? { content, senderId, createdAt } : null,
  };
}

/** Prepares the statements on conversations. */
export function createConversationCache(store: Store): ConversationCache {
  const replaceOfPeer = store.prepare<[number, number]>(
    'DELETE FROM conversations WHERE peer_id = ? AND id <> ?',
  );
  // An older statement than the one already known (a feed event replayed after a snapshot) must not
  // take its place: rows above it may be missing here.
  const isNewer = `(excluded.stated_last_seq > stated_last_seq
    OR excluded.stated_last_seq = stated_last_seq AND excluded.stated_read_seq >= stated_read_seq)`;
  const upsert = store.prepare<
    [number, number, string, number, number, string | null, number, number, number, number, number]
  >(`
    INSERT INTO conversations (id, peer_id, peer_name, is_archived, last_seq, last_message_at, read_seq,
      peer_read_seq, stated_last_seq, stated_read_seq, stated_unread)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      peer_id = excluded.peer_id, peer_name = excluded.peer_name, is_archived = excluded.is_archived,
      last_message_at = iif(excluded.last_seq >= last_seq, excluded.last_message_at, last_message_at),
      last_seq = max(last_seq, excluded.last_seq),
      read_seq = max(read_seq, excluded.read_seq),
      peer_read_seq = max(peer_read_seq, excluded.peer_read_seq),
      stated_unread = iif(${isNewer}, excluded.stated_unread, stated_unread),
      stated_read_seq = iif(${isNewer}, excluded.stated_read_seq, stated_read_seq),
      stated_last_seq = iif(${isNewer}, excluded.stated_last_seq, stated_last_seq)`);
  const noteMessage = store.prepare<[number, string, number, number]>(`
    UPDATE conversations SET last_seq = ?, last_message_at = ? WHERE id = ? AND last_seq < ?`);
  const raiseRead = store.prepare<[number, number]>(`
    UPDATE conversations SET read_seq = max(read_seq, ?) WHERE id = ?`);
  const raisePeerRead = store.prepare<[number, number]>(`
    UPDATE conversations SET peer_read_seq = max(peer_read_seq, ?) WHERE id = ?`);
  const rename = store.prepare<[string, number]>('UPDATE conversations SET peer_name = ? WHERE peer_id = ?');
  const find = store.prepare<[number], Row>(selectSql('c.read_seq', `WHERE c.id = ${HIDDEN_PARAMETER}`));
  const findMarked = store.prepare<[number, number], Row>(
    selectSql('c.marked_seq', 'WHERE 1').replace(
      'FROM conversations c',
      `FROM (SELECT *, max(read_seq, ?) AS marked_seq FROM conversations WHERE id = ${HIDDEN_PARAMETER}) c`,
    ),
  );
  const idOfPeer = store.prepare<[number], { id: number }>('SELECT id FROM conversations WHERE peer_id = ?');
  const peerOf = store.prepare<[number], { peerId: number }>(
    'SELECT peer_id AS peerId FROM conversations WHERE id = ?',
  );
  const list = store.prepare<[], Row>(selectSql('c.read_seq', 'ORDER BY c.last_message_at DESC, c.id DESC'));
  const unreadCounts = store.prepare<[], { peerId: number; unreadCount: number }>(`
    SELECT c.peer_id AS peerId, ${unreadSql('c.read_seq')} AS unreadCount FROM conversations c
    WHERE c.read_seq < c.last_seq`);
  const withUnread = store.prepare<
    [number],
    { id: number; peerId: number; lastSeq: number; readSeq: number }
  >(`
    SELECT c.id, c.peer_id AS peerId, c.last_seq AS lastSeq, c.read_seq AS readSeq FROM conversations c
    WHERE c.read_seq < c.last_seq AND ${unreadSql('c.read_seq')} > 0
    ORDER BY c.last_message_at DESC LIMIT ?`);
  const remove = store.prepare<[number]>('DELETE FROM conversations WHERE id = ?');
  const removeAll = store.prepare<[]>('DELETE FROM conversations');

  return {
    upsert: (conversation, selfId) => {
      const peer = conversation.trainer.id === selfId ? conversation.trainee : conversation.trainer;
      replaceOfPeer.run(peer.id, conversation.id);
      upsert.run(
        conversation.id,
        peer.id,
        peer.name,
        conversation.isArchived ? 1 : 0,
        conversation.lastSeq,
        conversation.lastMessageAt,
        conversation.readSeq,
        conversation.peerReadSeq,
        conversation.lastSeq,
        conversation.readSeq,
        conversation.unreadCount,
      );
    },
    noteMessage: ({ conversationId, seq, createdAt }) =>
      void noteMessage.run(seq, createdAt, conversationId, seq),
    raiseRead: (conversationId, readSeq) => void raiseRead.run(readSeq, conversationId),
    raisePeerRead: (conversationId, readSeq) => void raisePeerRead.run(readSeq, conversationId),
    renamePeer: (peerId, name) => void rename.run(name, peerId),
    find: (conversationId, readSeq) => {
      const row = readSeq === undefined ? find.get(conversationId) : findMarked.get(readSeq, conversationId);
      return row && fromRow(row);
    },
    idOfPeer: (peerId) => idOfPeer.get(peerId)?.id,
    peerOf: (conversationId) => peerOf.get(conversationId)?.peerId,
    list: () => list.all().map(fromRow),
    unreadCounts: () => unreadCounts.all().filter(({ unreadCount }) => unreadCount > 0),
    withUnread: (limit) => withUnread.all(limit),
    remove: (conversationId) => void remove.run(conversationId),
    removeAll: () => void removeAll.run(),
  };
}

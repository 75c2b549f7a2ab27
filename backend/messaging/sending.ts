import { checkContent } from '../../shared/text.ts';
import type { Conversation, Message } from '../../shared/wire/entities.ts';
import {
  ApiError,
  conversationArchived,
  forbiddenRole,
  invalidInput,
  notFound,
} from '../operations/api-error.ts';
import type { Database } from '../storage/database.ts';
import type { Queries, WriteTransaction } from '../storage/tables.ts';
import { CONTENT_PROBLEM_TEXT } from './content-problems.ts';
import {
  findConversationOfPair,
  findConversationRow,
  findConversations,
  insertConversation,
  lockConversationAndRelation,
  lockConversationOfPair,
  takeNextSeq,
  type ConversationRow,
} from './conversation-repository.ts';
import { appendToFeeds, type FeedRow, type NewFeedEvent } from './feed-repository.ts';
import { findByClientMessageId, insertMessage } from './message-repository.ts';
import { lockSendRate, takeSendToken } from './send-rate.ts';
import { isTraineeOf, lockRelation } from './trainee-repository.ts';
import type { Viewer } from './viewer.ts';

/** What a client hands in to be sent. */
interface Draft {
  readonly clientMessageId: string;
  readonly content: string;
}

/** A stored message; `isRepeat` when it was stored by an earlier attempt. */
interface SendOutcome {
  readonly message: Message;
  readonly isRepeat: boolean;
  /** Its number in the sender's own feed; null when it is a repeat, whose feed may have gone on. */
  readonly feedSeq: number | null;
}

/** The same with its conversation, and whether this very request made that. */
interface StartOutcome extends SendOutcome {
  readonly conversation: Conversation;
  readonly isNewConversation: boolean;
}

/** The only way in which messages come to be. */
export interface Sending {
  /** @throws ApiError 400, 403 `conversation_archived`, 404, 409, 429 */
  send(sender: Viewer, conversationId: number, draft: Draft): Promise<SendOutcome>;
  /** Sends to a trainee, making the conversation if there is none. @throws the same as `send` */
  start(trainer: Viewer, traineeId: number, draft: Draft): Promise<StartOutcome>;
}

function acceptContent(content: string): string {
  const checked = checkContent(content);
  if (!checked.ok) throw invalidInput(CONTENT_PROBLEM_TEXT[checked.error]);
  return checked.value;
}

/** What is stored under the draft's id, if it is the same message. @throws ApiError 409 when it is another */
function checkRepeat(
  stored: Message | null,
  draft: Draft,
  isSameThread: (message: Message) => boolean,
): Message | null {
  if (!stored) return null;
  if (stored.content === draft.content && isSameThread(stored)) return stored;
  throw new ApiError(409, 'idempotency_mismatch', 'Another message was already sent under this id.');
}

/** The message stored under the draft's id before, if it is the same. @throws ApiError 409 when it is another */
async function findRepeat(
  db: Queries,
  senderId: number,
  draft: Draft,
  isSameThread: (message: Message) => boolean,
): Promise<Message | null> {
  const stored = await findByClientMessageId(db, senderId, draft.clientMessageId);
  return checkRepeat(stored, draft, isSameThread);
}

/** What the written feed events, none for a repeat, say to the sender. */
function ownEnd(sender: Viewer, rows: readonly FeedRow[] | null): Pick<SendOutcome, 'isRepeat' | 'feedSeq'> {
  const own = rows?.findLast((row) => row.user_id === sender.id);
  return { isRepeat: rows === null, feedSeq: own?.feed_seq ?? null };
}

/** Sending on this database; `announce` is called with the feed events of each commit. */
export function createSending(parts: {
  readonly database: Database;
  readonly sendLimitPerMinute: number;
  readonly announce: (rows: readonly FeedRow[]) => void;
  /** Writes, in the same transaction, what has to be delivered of a message besides its feed events. */
  readonly writePush: (
    trx: WriteTransaction,
    message: Message,
    recipientId: number,
    now: number,
  ) => Promise<void>;
}): Sending {
  const { database, sendLimitPerMinute, announce, writePush } = parts;

  /** Stores a message in a conversation that the caller has locked and checked. */
  async function store(
    trx: WriteTransaction,
    sender: Viewer,
    conversation: ConversationRow,
    draft: Draft,
    now: number,
    firstEvents: readonly NewFeedEvent[],
  ): Promise<{ message: Message; rows: readonly FeedRow[] }> {
    // The clock may have stepped back; order by time has to stay order by place.
    const createdAt = Math.max(now, conversation.last_message_at);
    const seq = await takeNextSeq(trx, conversation.id, createdAt);
    const message = await insertMessage(trx, {
      conversationId: conversation.id,
      seq,
      senderId: sender.id,
      clientMessageId: draft.clientMessageId,
      content: draft.content,
      createdAt,
    });
    const participants = [conversation.trainer_id, conversation.trainee_id];
    const events = participants.map((userId): NewFeedEvent => {
      return { userId, type: 'message.created', conversationId: conversation.id, messageId: message.id };
    });
    const rows = await appendToFeeds(trx, [...firstEvents, ...events], now);
    const recipientId = sender.role === 'trainer' ? conversation.trainee_id : conversation.trainer_id;
    await writePush(trx, message, recipientId, now);
    return { message, rows };
  }

  async function send(sender: Viewer, conversationId: number, given: Draft): Promise<SendOutcome> {
    const draft = { ...given, content: acceptContent(given.content) };
    const isSameThread = (message: Message) => message.conversationId === conversationId;
    const [known, stored] = await Promise.all([
      findConversationRow(database.read, sender, conversationId),
      findByClientMessageId(database.read, sender.id, draft.clientMessageId),
    ]);
    if (!known) throw notFound();
    const early = checkRepeat(stored, draft, isSameThread);
    if (early) return { message: early, isRepeat: true, feedSeq: null };

    const outcome = await database.transaction(async (trx) => {
      const locked = await lockConversationAndRelation(trx, sender, conversationId);
      if (!locked) throw notFound();
      const { conversation, isRelated } = locked;
      const acceptedAt = await lockSendRate(trx, sender.id, sendLimitPerMinute);
      const repeat = await findRepeat(trx, sender.id, draft, isSameThread);
      if (repeat) return { message: repeat, rows: null };
      if (conversation.is_archived === 1 || !isRelated) {
        throw sender.role === 'trainer' ? conversationArchived() : notFound();
      }
      const now = await database.now(trx);
      await takeSendToken(trx, sender.id, acceptedAt, now, sendLimitPerMinute);
      return store(trx, sender, conversation, draft, now, []);
    });
    if (outcome.rows) announce(outcome.rows);
    return { message: outcome.message, ...ownEnd(sender, outcome.rows) };
  }

  async function start(trainer: Viewer, traineeId: number, given: Draft): Promise<StartOutcome> {
    if (trainer.role !== 'trainer') throw forbiddenRole();
    const draft = { ...given, content: acceptContent(given.content) };

    const findStartRepeat = (db: Queries, pair: ConversationRow | undefined) =>
      findRepeat(db, trainer.id, draft, (message) => message.conversationId === pair?.id);

    async function finish(
      message: Message,
      rows: readonly FeedRow[] | null,
      isNewConversation: boolean,
    ): Promise<StartOutcome> {
      const found = await findConversations(database.read, trainer, [message.conversationId]);
      const conversation = found.get(message.conversationId);
      if (!conversation) throw notFound();
      return { conversation, message, ...ownEnd(trainer, rows), isNewConversation };
    }

    const known = await findConversationOfPair(database.read, trainer.id, traineeId);
    if (!known && !(await isTraineeOf(database.read, trainer.id, traineeId))) throw notFound();
    const early = await findStartRepeat(database.read, known);
    if (early) return finish(early, null, false);

    const outcome = await database.transaction(async (trx) => {
      const isRelated = await lockRelation(trx, trainer.id, traineeId);
      const existing = await lockConversationOfPair(trx, trainer.id, traineeId);
      const acceptedAt = await lockSendRate(trx, trainer.id, sendLimitPerMinute);
      const repeat = await findStartRepeat(trx, existing);
      if (repeat) return { message: repeat, rows: null, created: false };
      if (!isRelated) throw existing ? conversationArchived() : notFound();
      const now = await database.now(trx);
      await takeSendToken(trx, trainer.id, acceptedAt, now, sendLimitPerMinute);
      const created = existing === undefined;
      const conversation = existing ?? (await insertConversation(trx, trainer.id, traineeId, now));
      const firstEvents = created
        ? [trainer.id, traineeId].map((userId): NewFeedEvent => {
            return { userId, type: 'conversation.created', conversationId: conversation.id };
          })
        : [];
      return { ...(await store(trx, trainer, conversation, draft, now, firstEvents)), created };
    });
    if (outcome.rows) announce(outcome.rows);
    return finish(outcome.message, outcome.rows, outcome.created);
  }

  return { send, start };
}

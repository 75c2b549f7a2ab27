import type { Compilable } from 'kysely';
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
import type { MessageKey, WriteTransaction } from '../storage/tables.ts';
import { lastly, together, type RunQuery } from '../storage/together.ts';
import { CONTENT_PROBLEM_TEXT } from './content-problems.ts';
import {
  findConversations,
  insertConversation,
  lockedConversationOfPair,
  type ConversationRow,
} from './conversation-repository.ts';
import {
  appendToFeeds,
  inLockOrder,
  numberEvents,
  type FeedRow,
  type NewFeedEvent,
} from './feed-repository.ts';
import { hasMessage, timeAndStoredUnder, toMessage, type TimeAndMessageRow } from './message-repository.ts';
import { insertSendRate, takePlace, type SendRateRow } from './send-rate.ts';
import { prepareSendStatements } from './send-statements.ts';
import { lockedRelation } from './trainee-repository.ts';
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

/** What the written feed events, none for a repeat, say to the sender. */
function ownEnd(sender: Viewer, rows: readonly FeedRow[] | null): Pick<SendOutcome, 'isRepeat' | 'feedSeq'> {
  const own = rows?.findLast((row) => row.user_id === sender.id);
  return { isRepeat: rows === null, feedSeq: own?.feed_seq ?? null };
}

/** What is known of a sender once the locks are held. */
interface SenderState {
  readonly rate: SendRateRow | undefined;
  /** What was stored under the draft's id before. */
  readonly stored: Message | null;
  readonly now: number;
}

/** A message that is stored when its transaction has ended. */
interface Stored {
  /** The message and its feed events. To be called after the transaction. */
  read(): Promise<{ readonly message: Message; readonly rows: readonly FeedRow[] }>;
}

/** Sending on this database; `announce` is called with the feed events and the message of each commit. */
export function createSending(parts: {
  readonly database: Database;
  readonly sendLimitPerMinute: number;
  readonly announce: (rows: readonly FeedRow[], message: Message) => void;
  /** What writes, in the same transaction, that a message has to be delivered in another way than by the feeds. */
  readonly writePush: (
    trx: WriteTransaction,
    message: MessageKey,
    recipientId: number,
    now: number,
  ) => Compilable | null;
}): Sending {
  const { database, sendLimitPerMinute, announce, writePush } = parts;
  const statements = prepareSendStatements(database.read);
  const isLimited = sendLimitPerMinute > 0;

  /** Asks what has to be known of the sender; to be run under the locks. */
  function ask(run: RunQuery, trx: WriteTransaction, sender: Viewer, draft: Draft) {
    return [
      run(statements.lockedSendRate({ userId: isLimited ? sender.id : null })),
      run(
        timeAndStoredUnder(trx, database.time(), {
          senderId: sender.id,
          clientMessageId: draft.clientMessageId,
        }),
      ),
    ] as const;
  }

  /** Reads the answers, and asks once more when this is the first message of all. */
  async function readState(
    trx: WriteTransaction,
    sender: Viewer,
    draft: Draft,
    answers: readonly [SendRateRow[], TimeAndMessageRow[]],
  ): Promise<SenderState> {
    const [[rate], [found]] = answers;
    if (!found) throw new Error('The database has no clock.');
    const stored = hasMessage(found) ? toMessage(found) : null;
    if (!rate && !stored && isLimited) {
      await insertSendRate(trx, sender.id);
      return readState(trx, sender, draft, await together(trx, (run) => ask(run, trx, sender, draft)));
    }
    return { rate, stored, now: found.now };
  }

  /** Stores a message in a conversation that the caller has locked and checked, as the last of the transaction. */
  async function store(
    trx: WriteTransaction,
    sender: Viewer,
    conversation: ConversationRow,
    draft: Draft,
    { rate, now }: SenderState,
  ): Promise<Stored> {
    const seq = conversation.last_seq + 1;
    // The clock may have stepped back; order by time has to stay order by place.
    const createdAt = Math.max(now, conversation.last_message_at);
    const { trainer_id: trainerId, trainee_id: traineeId, id: conversationId } = conversation;
    const { clientMessageId, content } = draft;
    const key = { senderId: sender.id, clientMessageId };
    const pair = { trainerId, traineeId };
    const userIds = [trainerId, traineeId];
    const acceptedAt = isLimited ? takePlace(rate, now, sendLimitPerMinute) : null;
    const push = writePush(trx, key, sender.role === 'trainer' ? traineeId : trainerId, now);
    const { answers } = await lastly(trx, (run) => [
      run(statements.insertMessage({ ...key, conversationId, seq, content, createdAt })),
      run(statements.takeSeq({ id: conversationId, seq, createdAt })),
      Promise.all(inLockOrder(userIds).map((userId) => run(statements.advanceFeed({ userId })))),
      run(statements.insertMessageCreated({ ...pair, ...key })),
      ...(acceptedAt === null ? [] : [run(statements.updateSendRate({ userId: sender.id, acceptedAt }))]),
      ...(push ? [run(push)] : []),
    ]);
    return {
      async read() {
        const [[row], , heads] = await answers;
        if (!row) throw new Error('A stored message was not returned.');
        const message = toMessage(row);
        const about = { type: 'message.created', conversationId, messageId: message.id } as const;
        const events = userIds.map((userId) => ({ ...about, userId }));
        return { message, rows: numberEvents(events, heads, createdAt) };
      },
    };
  }

  async function send(sender: Viewer, conversationId: number, given: Draft): Promise<SendOutcome> {
    const draft = { ...given, content: acceptContent(given.content) };
    const outcome = await database.transaction(async (trx) => {
      const [[conversation], ...answers] = await together(trx, (run) => [
        run(statements.lockedConversation[sender.role]({ viewerId: sender.id, id: conversationId })),
        ...ask(run, trx, sender, draft),
      ]);
      if (!conversation) throw notFound();
      const state = await readState(trx, sender, draft, answers);
      const repeat = checkRepeat(state.stored, draft, (message) => message.conversationId === conversationId);
      if (repeat) return { repeat };
      const isRelated = conversation.current_trainer_id === conversation.trainer_id;
      if (conversation.is_archived === 1 || !isRelated) {
        throw sender.role === 'trainer' ? conversationArchived() : notFound();
      }
      return { stored: await store(trx, sender, conversation, draft, state) };
    });
    if (outcome.repeat) return { message: outcome.repeat, ...ownEnd(sender, null) };
    const { message, rows } = await outcome.stored.read();
    announce(rows, message);
    return { message, ...ownEnd(sender, rows) };
  }

  async function start(trainer: Viewer, traineeId: number, given: Draft): Promise<StartOutcome> {
    if (trainer.role !== 'trainer') throw forbiddenRole();
    const draft = { ...given, content: acceptContent(given.content) };
    const outcome = await database.transaction(async (trx) => {
      const [[relation], [existing], ...answers] = await together(trx, (run) => [
        run(lockedRelation(trx, trainer.id, traineeId)),
        run(lockedConversationOfPair(trx, trainer.id, traineeId)),
        ...ask(run, trx, trainer, draft),
      ]);
      if (!relation && !existing) throw notFound();
      const state = await readState(trx, trainer, draft, answers);
      const repeat = checkRepeat(state.stored, draft, (message) => message.conversationId === existing?.id);
      if (repeat) return { repeat };
      if (!relation) throw conversationArchived();
      const { now } = state;
      const conversation = existing ?? (await insertConversation(trx, trainer.id, traineeId, now));
      const created = [trainer.id, traineeId].map((userId): NewFeedEvent => {
        return { userId, type: 'conversation.created', conversationId: conversation.id };
      });
      const firstRows = existing ? [] : await appendToFeeds(trx, created, now);
      return { firstRows, stored: await store(trx, trainer, conversation, draft, state) };
    });

    async function answer(message: Message, rows: readonly FeedRow[] | null, isNewConversation: boolean) {
      const found = await findConversations(database.read, trainer, [message.conversationId]);
      const conversation = found.get(message.conversationId);
      if (!conversation) throw notFound();
      return { conversation, message, ...ownEnd(trainer, rows), isNewConversation };
    }

    if (outcome.repeat) return answer(outcome.repeat, null, false);
    const { message, rows: lastRows } = await outcome.stored.read();
    const rows = [...outcome.firstRows, ...lastRows];
    announce(rows, message);
    return answer(message, rows, outcome.firstRows.length > 0);
  }

  return { send, start };
}

import type { Queries } from '../storage/tables.ts';
import { statement } from '../storage/statement.ts';
import { lockedConversationAndRelation, takeSeq } from './conversation-repository.ts';
import { advanceFeed, insertMessageCreated } from './feed-repository.ts';
import { insertMessage, type NewMessage } from './message-repository.ts';
import { lockedSendRate, updateSendRate } from './send-rate.ts';
import type { Viewer } from './viewer.ts';

/** The two in whose feeds a message is told of. */
interface Pair {
  readonly trainerId: number;
  readonly traineeId: number;
}

/** The statements of every send, built once for a database, whose dialect they are in. */
export function prepareSendStatements(db: Queries) {
  const lockedConversation = (role: Viewer['role']) =>
    statement<{ viewerId: number; id: number }>()((value) =>
      lockedConversationAndRelation(db, { role, id: value('viewerId') }, value('id')),
    );
  return {
    lockedConversation: { trainer: lockedConversation('trainer'), trainee: lockedConversation('trainee') },
    lockedSendRate: statement<{ userId: number | null }>()((value) => lockedSendRate(db, value('userId'))),
    updateSendRate: statement<{ userId: number; acceptedAt: string }>()((value) =>
      updateSendRate(db, value('userId'), value('acceptedAt')),
    ),
    insertMessage: statement<NewMessage>()((value) =>
      insertMessage(db, {
        conversationId: value('conversationId'),
        seq: value('seq'),
        senderId: value('senderId'),
        clientMessageId: value('clientMessageId'),
        content: value('content'),
        createdAt: value('createdAt'),
      }),
    ),
    takeSeq: statement<{ id: number; seq: number; createdAt: number }>()((value) =>
      takeSeq(db, value('id'), value('seq'), value('createdAt')),
    ),
    advanceFeed: statement<{ userId: number }>()((value) => advanceFeed(db, value('userId'), 1)),
    insertMessageCreated: statement<Pair & { senderId: number; clientMessageId: string }>()((value) =>
      insertMessageCreated(db, [value('trainerId'), value('traineeId')], {
        senderId: value('senderId'),
        clientMessageId: value('clientMessageId'),
      }),
    ),
  };
}

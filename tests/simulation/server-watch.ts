/** Looks at the server's database after every step: I1 to I3, I5 and the server's side of I6. */
import { type Ledger, Violation, type Written } from './ledger.ts';
import type { SimulatedServer } from './server.ts';
import { prepared } from './server-database.ts';

export interface ServerMessage {
  readonly id: number;
  readonly conversationId: number;
  readonly seq: number;
  readonly senderId: number;
  readonly clientMessageId: string;
  readonly content: string;
}

export interface ServerConversation {
  readonly id: number;
  readonly trainerId: number;
  readonly traineeId: number;
  readonly isArchived: number;
  readonly trainerRead: number;
  readonly traineeRead: number;
}

interface FeedRow {
  readonly place: number;
  readonly userId: number;
  readonly feedSeq: number;
  readonly type: string;
  readonly conversationId: number | null;
}

const MESSAGES = `SELECT id, conversation_id AS conversationId, seq, sender_id AS senderId,
  client_message_id AS clientMessageId, content FROM messages WHERE id > ? ORDER BY id`;
const CONVERSATIONS = `SELECT id, trainer_id AS trainerId, trainee_id AS traineeId, is_archived AS isArchived,
  trainer_read_seq AS trainerRead, trainee_read_seq AS traineeRead FROM conversations`;
const EVENTS = `SELECT rowid AS place, user_id AS userId, feed_seq AS feedSeq, type,
  conversation_id AS conversationId FROM feed_events WHERE rowid > ? ORDER BY rowid`;

export class ServerWatch {
  readonly conversations = new Map<number, ServerConversation>();
  /** Feed number of the last time that a trainee lost or got back a conversation, by `trainee conversation`. */
  readonly hiddenSince = new Map<string, number>();
  /** The same of its latest end, also when it has come back since. */
  readonly lastHidden = new Map<string, number>();
  readonly #server: SimulatedServer;
  readonly #ledger: Ledger;
  #epoch = '';
  #changes = -1;
  #lastId = 0;
  #lastPlace = 0;
  readonly #lastSeq = new Map<number, number>();
  readonly #lastFeedSeq = new Map<number, number>();
  readonly #seenContents = new Set<string>();
  #statements: ReturnType<typeof prepare> | null = null;

  constructor(server: SimulatedServer, ledger: Ledger) {
    this.#server = server;
    this.#ledger = ledger;
  }

  check(): void {
    if (this.#epoch !== this.#server.epoch) this.#startOver();
    const statements = (this.#statements ??= prepare(this.#server.connection));
    const changes = Number(statements.changes.get());
    if (changes === this.#changes) return;
    this.#changes = changes;
    this.#checkConversations(statements.conversations.all() as ServerConversation[]);
    for (const message of statements.messages.all(this.#lastId) as ServerMessage[]) {
      this.#lastId = message.id;
      this.#checkMessage(message);
    }
    for (const event of statements.events.all(this.#lastPlace) as FeedRow[]) {
      this.#lastPlace = event.place;
      this.#checkEvent(event);
    }
  }

  /** Another database took the place of the one known: what it does not have any more was lost. */
  #startOver(): void {
    this.#epoch = this.#server.epoch;
    this.#statements = null;
    this.#changes = -1;
    this.#lastId = 0;
    this.#lastPlace = 0;
    this.#lastSeq.clear();
    this.#lastFeedSeq.clear();
    this.#seenContents.clear();
    this.conversations.clear();
    this.hiddenSince.clear();
    this.lastHidden.clear();
    const stored = new Set(
      this.#server.connection.prepare('SELECT client_message_id FROM messages').pluck().all(),
    );
    for (const written of this.#ledger.written.values()) {
      if (!written.isStored || stored.has(written.clientMessageId)) continue;
      written.isStored = false;
      written.wasLost = true;
      if (this.#wasTakenFromTrainee(written)) written.state = 'discarded';
    }
  }

  /** A trainee's copy goes when the relation ends (I7): what a backup loses of it, nobody has any more. */
  #wasTakenFromTrainee({ device: { user }, peerId }: Written): boolean {
    return user.role === 'trainee' && this.#ledger.partedPairs.has(`${peerId} ${user.id}`);
  }

  #checkConversations(rows: readonly ServerConversation[]): void {
    for (const row of rows) {
      const before = this.conversations.get(row.id);
      this.conversations.set(row.id, row);
      if (before && (row.trainerRead < before.trainerRead || row.traineeRead < before.traineeRead))
        throw new Violation(`I6: a read mark of conversation ${row.id} went back`);
      const { trainerId, traineeId } = row;
      if (
        row.trainerRead > this.#ledger.markedBy(trainerId, traineeId) ||
        row.traineeRead > this.#ledger.markedBy(traineeId, trainerId)
      )
        throw new Violation(`I6: a read mark of conversation ${row.id} rose further than anybody read`);
    }
  }

  #checkMessage(message: ServerMessage): void {
    const { clientMessageId, content, conversationId, seq } = message;
    const place = `“${content}” (conversation ${conversationId}, seq ${seq})`;
    if (seq !== (this.#lastSeq.get(conversationId) ?? 0) + 1)
      throw new Violation(`I5: a gap before ${place}`);
    this.#lastSeq.set(conversationId, seq);
    const written = this.#ledger.byContent.get(content);
    if (!written || this.#seenContents.has(content)) throw new Violation(`I2: ${place} is stored twice`);
    this.#seenContents.add(content);
    if (written.clientMessageId !== clientMessageId) throw new Violation(`I2: ${place} was given another id`);
    const conversation = this.conversations.get(conversationId);
    const { userId, peerId } = { userId: written.device.user.id, peerId: written.peerId };
    const people = [conversation?.trainerId, conversation?.traineeId];
    if (message.senderId !== userId || !people.includes(userId) || !people.includes(peerId))
      throw new Violation(`I7: ${place} went to somebody else`);
    // A restored backup shows again what was stored in its time: the order counts when a message is stored.
    const isNew = !written.isStored && !written.wasLost;
    written.isStored = true;
    if (isNew) this.#checkOrder(written, place);
  }

  #checkOrder(written: Written, place: string): void {
    for (const other of this.#ledger.written.values()) {
      const isBefore =
        other.device === written.device && other.peerId === written.peerId && other.order < written.order;
      const isWaitedFor = !other.isStored && !other.wasLost && !other.wasRefused && other.state === 'queued';
      if (isBefore && isWaitedFor) throw new Violation(`I3: ${place} was stored before “${other.content}”`);
    }
  }

  #checkEvent({ userId, feedSeq, type, conversationId }: FeedRow): void {
    if (feedSeq !== (this.#lastFeedSeq.get(userId) ?? 0) + 1)
      throw new Violation(`I5: a gap before feed event ${feedSeq} of user ${userId}`);
    this.#lastFeedSeq.set(userId, feedSeq);
    const key = `${userId} ${conversationId}`;
    if (type === 'conversation.archived') {
      this.hiddenSince.set(key, feedSeq);
      this.lastHidden.set(key, feedSeq);
    }
    if (type === 'conversation.restored') this.hiddenSince.delete(key);
  }
}

function prepare(connection: SimulatedServer['connection']) {
  return {
    changes: prepared(connection, 'SELECT total_changes()').pluck(),
    messages: prepared(connection, MESSAGES),
    conversations: prepared(connection, CONVERSATIONS),
    events: prepared(connection, EVENTS),
  };
}

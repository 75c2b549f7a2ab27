/** Many people who write, read and are removed at the same moments, over the services of two nodes on one database. */
import { randomUUID } from 'node:crypto';
import { createConversations, type Conversations } from '../../../backend/messaging/conversations.ts';
import { createFeed, type Feed } from '../../../backend/messaging/feed.ts';
import { createSending, type Sending } from '../../../backend/messaging/sending.ts';
import { createTrainees, type Trainees } from '../../../backend/messaging/trainees.ts';
import type { Viewer } from '../../../backend/messaging/viewer.ts';
import { ApiError } from '../../../backend/operations/api-error.ts';
import type { Database } from '../../../backend/storage/database.ts';
import { loadIdentity } from '../../../backend/storage/meta.ts';
import { isDatabaseUnavailable, openDatabase } from '../../../backend/storage/open.ts';
import type { Message } from '../../../shared/wire/entities.ts';
import type { SeededRandom } from '../../harness/seeded-random.ts';

/** A trainer and a trainee of theirs. */
export interface Pair {
  readonly trainer: Viewer;
  readonly trainee: Viewer;
}

/** What the services of one node are, without its doors. */
export interface Node {
  readonly database: Database;
  readonly sending: Sending;
  readonly conversations: Conversations;
  readonly trainees: Trainees;
  readonly feed: Feed;
  readonly epoch: string;
}

/** Opens the database as one more node; nobody is limited. */
export async function openNode(location: string): Promise<Node> {
  const database = await openDatabase(location, Date.now);
  const identity = await loadIdentity(database);
  const announce = () => {};
  return {
    database,
    sending: createSending({ database, announce, sendLimitPerMinute: 0, writePush: () => null }),
    conversations: createConversations({ database, announce }),
    trainees: createTrainees({ database, clock: Date.now, announce }),
    feed: createFeed({ database, identity }),
    epoch: identity.epoch,
  };
}

/** Everybody who has a trainer. */
export async function findPairs({ database }: Node): Promise<readonly Pair[]> {
  const rows = await database.read
    .selectFrom('trainee_profiles')
    .select(['user_id', 'trainer_id'])
    .orderBy('user_id')
    .execute();
  return rows.flatMap(({ user_id: traineeId, trainer_id: trainerId }) =>
    trainerId === null
      ? []
      : [{ trainer: { id: trainerId, role: 'trainer' }, trainee: { id: traineeId, role: 'trainee' } }],
  );
}

/** What became of all attempts. */
export interface Tally {
  /** Messages that were stored by the attempt that was answered so; none twice. */
  readonly accepted: Message[];
  /** Attempts that were answered with an earlier one's message. */
  repeats: number;
  /** Attempts that the database gave up, and that were made again. */
  unavailable: number;
  /** Refusals by their code. */
  readonly refused: Map<string, number>;
  /** How far each side of each conversation was told to have read, e.g. by `7 trainer`. */
  readonly readSeqs: Map<string, number>;
  /** What a writer found out of order. */
  readonly disorders: string[];
}

/** The refusals that belong here: a conversation whose trainee is being removed, and an id used for two texts. */
const EXPECTED = new Set(['not_found', 'conversation_archived', 'idempotency_mismatch']);

/**
 * Runs an attempt and counts it; a refusal that belongs here gives null. On a busy machine a lock can take longer
 * than the server waits for it: then the attempt is made again, as a client does after a 503.
 */
async function attempt<T>(tally: Tally, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseUnavailable(error)) {
      tally.unavailable += 1;
      return attempt(tally, work);
    }
    if (!(error instanceof ApiError) || !EXPECTED.has(error.code)) throw error;
    tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1);
    return null;
  }
}

/** What one writer does from here on. */
interface Writer {
  readonly nodes: readonly Node[];
  readonly pairs: readonly Pair[];
  readonly random: SeededRandom;
  readonly tally: Tally;
}

const draft = () => ({
  clientMessageId: randomUUID(),
  content: 'Three sets of five, and the last one slowly.',
});

/** Sends one message as either side of a pair, by whichever door is open to them. */
async function sendTo(writer: Writer, { trainer, trainee }: Pair, given = draft()): Promise<Message | null> {
  const { nodes, random, tally } = writer;
  const sender = random.below(2) === 0 ? trainer : trainee;
  const { sending, database } = random.pick(nodes);
  const outcome = await attempt(tally, async () => {
    const row = await database.read
      .selectFrom('conversations')
      .select('id')
      .where('trainer_id', '=', trainer.id)
      .where('trainee_id', '=', trainee.id)
      .executeTakeFirst();
    if (row && random.below(10) > 0) return sending.send(sender, row.id, given);
    return sending.start(trainer, trainee.id, given);
  });
  if (outcome?.isRepeat === true) tally.repeats += 1;
  if (outcome?.isRepeat === false) tally.accepted.push(outcome.message);
  return outcome?.message ?? null;
}

/** What else happens: one id sent twice at once, read marks, a trainee removed and brought back. */
async function doSomethingElse(writer: Writer, pair: Pair): Promise<void> {
  const { nodes, pairs, random, tally } = writer;
  const node = random.pick(nodes);
  switch (random.below(8)) {
    case 0: {
      const same = draft();
      const other = random.below(2) === 0 ? pair : random.pick(pairs);
      await Promise.all([sendTo(writer, pair, same), sendTo(writer, other, same)]);
      return;
    }
    case 1:
      await attempt(tally, () => node.trainees.remove(pair.trainer.id, pair.trainee.id));
      await attempt(tally, () => random.pick(nodes).trainees.assign(pair.trainer.id, pair.trainee.id));
      return;
    default: {
      const viewer = random.below(2) === 0 ? pair.trainer : pair.trainee;
      const listed = await attempt(tally, () => node.conversations.list(viewer, null, 50));
      const unread = listed?.items.find(({ unreadCount }) => unreadCount > 0);
      if (!unread) return;
      // Two devices that have read differently far.
      const marks = nodes.map(({ conversations }, index) =>
        attempt(tally, () => conversations.markRead(viewer, unread.id, unread.lastSeq - index)),
      );
      for (const readSeq of await Promise.all(marks)) {
        const key = `${unread.id} ${viewer.role}`;
        tally.readSeqs.set(key, Math.max(readSeq ?? 0, tally.readSeqs.get(key) ?? 0));
      }
    }
  }
}

/** Writes until `isEnough`, one thing after the other, and looks at the order of what it was answered. */
export async function write(writer: Writer, isEnough: () => boolean): Promise<void> {
  const { pairs, random, tally } = writer;
  const last = new Map<number, Message>();
  while (!isEnough()) {
    const pair = random.pick(pairs);
    if (random.below(10) === 0) await doSomethingElse(writer, pair);
    const message = await sendTo(writer, pair);
    if (!message) continue;
    const before = last.get(message.conversationId);
    if (before && (message.seq <= before.seq || message.createdAt < before.createdAt)) {
      tally.disorders.push(`${message.conversationId}: ${message.seq} after ${before.seq}`);
    }
    last.set(message.conversationId, message);
  }
}

/** Reads a user's feed over and over until `isOver` and it has seen the head; throws at the first gap. */
export async function follow(nodes: readonly Node[], viewer: Viewer, isOver: () => boolean): Promise<number> {
  let cursor = 0;
  for (let round = 0; ; round += 1) {
    const wasOver = isOver();
    const node = nodes[round % nodes.length];
    if (!node) throw new Error('There is no node to read from.');
    const { events, head } = await node.feed.read(viewer, node.epoch, cursor, 200);
    for (const { feedSeq } of events) {
      if (feedSeq !== cursor + 1) throw new Error(`User ${viewer.id}: event ${feedSeq} after ${cursor}`);
      cursor = feedSeq;
    }
    if (wasOver && cursor === head) return cursor;
  }
}

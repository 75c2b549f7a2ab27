/** The people and messages that the backend is measured with, written straight into its database. */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Tables } from '../../backend/storage/tables.ts';

/** The two kinds of database, by the words in which their SQL differs. */
export type Dialect = 'sqlite' | 'postgres';

/** How much there is of everything. */
export interface WorldSize {
  /** Messages in each trainer's conversations, by place of the trainer. */
  readonly messagesPerConversation: (trainer: number) => number;
  /** Messages in the very first conversation, to page far back in. */
  readonly longConversation: number;
  /** Conversations of one more trainer, with five messages each; 0 for no such trainer. */
  readonly crowd: number;
}

const TRAINERS = 20;
const TRAINEES_EACH = 100;
const PEOPLE = TRAINERS * (TRAINEES_EACH + 1);
const CROWD_MESSAGES = 5;
const DAY_MS = 86_400_000;
/** The oldest message is this old; feeds are kept for 90 days. */
const HISTORY_MS = 80 * DAY_MS;
const TEXT =
  'Twelve kilometres this morning and hardly any wind on the way back; the knee feels fine. Number ';

/** About a million messages, of which one trainer with 10,000 conversations has 50,000. */
export const LARGE: WorldSize = {
  messagesPerConversation: () => 490,
  longConversation: 12_000,
  crowd: 10_000,
};
/** The same people with 1,000 messages: ten in each of the first trainer's conversations. */
export const SMALL: WorldSize = {
  messagesPerConversation: (trainer) => (trainer === 0 ? 10 : 0),
  longConversation: 10,
  crowd: 0,
};

/** One conversation of the world. */
export interface Pair {
  readonly conversationId: number;
  readonly trainerId: number;
  readonly traineeId: number;
}

/** The trainer at this place, from 0. */
export function trainerId(trainer: number): number {
  return trainer + 1;
}

/** The conversation of a trainer with one of the trainees, both by place from 0. */
export function pairOf(trainer: number, trainee: number): Pair {
  const place = trainer * TRAINEES_EACH + trainee + 1;
  return { conversationId: place, trainerId: trainerId(trainer), traineeId: TRAINERS + place };
}

/** Everybody but the trainer with the many conversations and those trainees. */
export function everybody(): readonly number[] {
  return Array.from({ length: PEOPLE }, (_, index) => index + 1);
}

/** The trainer with the many conversations. */
export const CROWD_TRAINER_ID = PEOPLE + 1;

/** The one session that everybody has; UUID, as the tokens name it. */
export function sessionOf(userId: number): string {
  return `00000000-0000-4000-8000-${userId.toString(16).padStart(12, '0')}`;
}

/** SQL of a UUID in text form, unique for two numbers; both stay below 2³². */
function uuidOf(dialect: Dialect, high: RawBuilder<unknown>, low: RawBuilder<unknown>): RawBuilder<string> {
  return dialect === 'sqlite'
    ? sql`printf('%08x-0000-4000-8000-%012x', ${high}, ${low})`
    : sql`lpad(to_hex(${high}), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(${low}), 12, '0')`;
}

/** Common table expression `n(i)`: whole numbers from one to another. */
function numbers(from: number, to: number): RawBuilder<unknown> {
  return sql`with recursive n(i) as (select ${sql.lit(from)} union all select i + 1 from n where i < ${sql.lit(to)})`;
}

async function insertPeople(db: Kysely<Tables>, dialect: Dialect, size: WorldSize, now: number) {
  const last = PEOPLE + (size.crowd > 0 ? 1 + size.crowd : 0);
  const role = sql`case when n.i <= ${sql.lit(TRAINERS)} or n.i = ${sql.lit(CROWD_TRAINER_ID)} then 'trainer' else 'trainee' end`;
  await sql`${numbers(1, last)} insert into users (id, role, name, email, password_hash, created_at)
    select n.i, ${role}, 'Person ' || n.i, 'person-' || n.i || '@bench.test', 'none', ${sql.lit(now)} from n`.execute(
    db,
  );
  const owner = sql`case when n.i > ${sql.lit(CROWD_TRAINER_ID)} then ${sql.lit(CROWD_TRAINER_ID)}
    else (n.i - ${sql.lit(TRAINERS + 1)}) / ${sql.lit(TRAINEES_EACH)} + 1 end`;
  await sql`${numbers(TRAINERS + 1, last)} insert into trainee_profiles (user_id, trainer_id, joined_at)
    select n.i, ${owner}, ${sql.lit(now - HISTORY_MS)} from n where n.i <> ${sql.lit(CROWD_TRAINER_ID)}`.execute(
    db,
  );
  const session = uuidOf(dialect, sql`0`, sql`n.i`);
  await sql`${numbers(1, last)} insert into sessions (id, user_id, created_at)
    select ${session}, n.i, ${sql.lit(now)} from n`.execute(db);
  // Housekeeping forgets sessions that no refresh token can go on with.
  await sql`insert into refresh_tokens (token_hash, session_id, expires_at)
    select 'bench-' || user_id, id, ${sql.lit(now + 30 * DAY_MS)} from sessions`.execute(db);
}

async function insertConversations(db: Kysely<Tables>, size: WorldSize, now: number) {
  for (let trainer = 0; trainer < TRAINERS; trainer += 1) {
    const first = pairOf(trainer, 0);
    await sql`${numbers(0, TRAINEES_EACH - 1)}
      insert into conversations (id, trainer_id, trainee_id, last_seq, created_at)
      select n.i + ${sql.lit(first.conversationId)}, ${sql.lit(first.trainerId)}, n.i + ${sql.lit(first.traineeId)},
        ${sql.lit(size.messagesPerConversation(trainer))}, ${sql.lit(now - HISTORY_MS)} from n`.execute(db);
  }
  await sql`update conversations set last_seq = ${sql.lit(size.longConversation)} where id = 1`.execute(db);
  if (size.crowd === 0) return;
  await sql`${numbers(1, size.crowd)}
    insert into conversations (id, trainer_id, trainee_id, last_seq, created_at)
    select n.i + ${sql.lit(TRAINERS * TRAINEES_EACH)}, ${sql.lit(CROWD_TRAINER_ID)}, n.i + ${sql.lit(CROWD_TRAINER_ID)},
      ${sql.lit(CROWD_MESSAGES)}, ${sql.lit(now - HISTORY_MS)} from n`.execute(db);
}

/** All talk at once, the two sides in turn: a conversation's messages lie scattered among the others'. */
async function insertMessages(db: Kysely<Tables>, dialect: Dialect, size: WorldSize, now: number) {
  const usual = Math.max(size.messagesPerConversation(0), CROWD_MESSAGES);
  const { rows: totals } = await sql<{
    count: number;
  }>`select sum(last_seq) as count from conversations`.execute(db);
  const step = Math.floor(HISTORY_MS / Number(totals[0]?.count));
  let stored = 0;
  for (const [from, to, which] of [
    [1, usual, sql`c.last_seq >= n.i`],
    [usual + 1, size.longConversation, sql`c.id = 1`],
  ] as const) {
    if (from > to) continue;
    const clientMessageId = uuidOf(dialect, sql`n.i`, sql`c.id`);
    await sql`${numbers(from, to)}
      insert into messages (id, conversation_id, seq, sender_id, client_message_id, content, created_at)
      select id, conversation_id, seq, sender_id, client_message_id, ${sql.lit(TEXT)} || seq,
        ${sql.lit(now - HISTORY_MS)} + id * ${sql.lit(step)}
      from (select ${sql.lit(stored)} + row_number() over (order by n.i, c.id) as id, c.id as conversation_id,
          n.i as seq, case when n.i % 2 = 0 then c.trainer_id else c.trainee_id end as sender_id,
          ${clientMessageId} as client_message_id
        from n join conversations c on ${which}) as told`.execute(db);
    const { rows } = await sql<{ count: number }>`select max(id) as count from messages`.execute(db);
    stored = rows[0]?.count ?? 0;
  }
}

async function insertFeeds(db: Kysely<Tables>) {
  for (const side of [sql.ref('c.trainer_id'), sql.ref('c.trainee_id')]) {
    await sql`insert into feed_events (user_id, feed_seq, type, conversation_id, message_id, created_at)
      select ${side}, row_number() over (partition by ${side} order by m.id), 'message.created', c.id, m.id, m.created_at
      from messages m join conversations c on c.id = m.conversation_id`.execute(db);
  }
  await sql`update users set feed_seq = (select count(*) from feed_events where user_id = users.id)`.execute(
    db,
  );
  // Each side has read all but the last few.
  await sql`update conversations set
    last_message_at = (select created_at from messages where conversation_id = conversations.id and seq = last_seq),
    trainer_read_seq = case when last_seq > 4 then last_seq - 4 else 0 end,
    trainee_read_seq = case when last_seq > 4 then last_seq - 4 else 0 end
    where last_seq > 0`.execute(db);
}

/** Fills an empty database of the current schema, in the transaction `db`. */
export async function fillWorld(
  db: Kysely<Tables>,
  dialect: Dialect,
  size: WorldSize,
  now: number,
): Promise<void> {
  if (dialect === 'postgres') {
    // Foreign keys are true by construction; the checks of three million rows take longer than all else.
    await sql`set local session_replication_role = replica`.execute(db);
  } else {
    // The indexes are built in memory; the pages go to the file at the end.
    await sql`pragma cache_size = -1000000`.execute(db);
  }
  await insertPeople(db, dialect, size, now);
  await insertConversations(db, size, now);
  await insertMessages(db, dialect, size, now);
  await insertFeeds(db);
  if (dialect === 'postgres') {
    for (const table of ['users', 'conversations', 'messages'] as const) {
      await sql`select setval(pg_get_serial_sequence(${sql.lit(table)}, 'id'), (select max(id) from ${sql.table(table)}))`.execute(
        db,
      );
    }
  }
  await sql`analyze`.execute(db);
}

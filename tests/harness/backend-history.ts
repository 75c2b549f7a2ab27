/** Writes history into a backend's database faster than people could: what happened while a client was away. */
import { randomUUID } from 'node:crypto';
import SqliteDatabase from 'better-sqlite3';

/** What the trainees of one trainer write. */
export interface MissedMessages {
  /** Absolute path of the backend's SQLite file; the backend may be running. */
  readonly database: string;
  readonly trainerEmail: string;
  readonly count: number;
  /** Over so many of the trainer's conversations, in turn. */
  readonly conversations: number;
  /** What the `number`-th message is; without it the trainee's, sent now. */
  readonly write?: (number: number) => WrittenMessage;
}

/** One message of such a history. */
export interface WrittenMessage {
  readonly content: string;
  readonly isByTrainer: boolean;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

interface Talk {
  readonly id: number;
  readonly traineeId: number;
  lastSeq: number;
}

/** The text of the `number`-th missed message. */
function missedText(number: number): string {
  return `Missed ${number}: the long run went well, twelve kilometres and hardly any wind on the way back.`;
}

const WORDS =
  'squats felt solid today and the knee held up well after warming up so next week a little more'.split(' ');

/**
 * The messages of a talk that began `count` messages ago, about one every ten minutes: a word, a line or some
 * paragraphs, in turn from both sides.
 */
export function talkOf(count: number, nowMs: number): (number: number) => WrittenMessage {
  return (number) => {
    const length = number % 11 === 0 ? 120 : 1 + ((number * 7) % 23);
    const words = Array.from({ length }, (_, index) => WORDS[(number * 5 + index) % WORDS.length]);
    return {
      content: `Talk ${number}: ${words.join(' ')}`,
      isByTrainer: number % 5 > 2,
      atMs: nowMs - (count - number) * 10 * 60_000,
    };
  };
}

/** Stores messages with both sides' feed events, as sends would have. Numbers begin at 1. */
export function storeMissedMessages(missed: MissedMessages): void {
  const { database, trainerEmail, count, conversations } = missed;
  const db = new SqliteDatabase(database, { timeout: 5_000 });
  try {
    const trainerId = db
      .prepare<[string], number>('SELECT id FROM users WHERE email = ?')
      .pluck()
      .get(trainerEmail);
    if (trainerId === undefined) throw new Error(`There is no ${trainerEmail}.`);
    const talks = db
      .prepare<[number, number], Talk>(
        `SELECT id, trainee_id AS traineeId, last_seq AS lastSeq FROM conversations
         WHERE trainer_id = ? ORDER BY last_message_at DESC LIMIT ?`,
      )
      .all(trainerId, conversations);
    const message = db.prepare<[number, number, number, string, string, number]>(
      `INSERT INTO messages (conversation_id, seq, sender_id, client_message_id, content, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    const nextFeedSeq = db
      .prepare<[number], number>('UPDATE users SET feed_seq = feed_seq + 1 WHERE id = ? RETURNING feed_seq')
      .pluck();
    const event = db.prepare<[number, number | undefined, number, number | bigint, number]>(
      `INSERT INTO feed_events (user_id, feed_seq, type, conversation_id, message_id, created_at)
       VALUES (?, ?, 'message.created', ?, ?, ?)`,
    );
    const talkMoved = db.prepare<[number, number, number]>(
      'UPDATE conversations SET last_seq = ?, last_message_at = ? WHERE id = ?',
    );
    const now = Date.now();
    const write =
      missed.write ??
      ((number: number): WrittenMessage => ({ content: missedText(number), isByTrainer: false, atMs: now }));
    db.transaction(() => {
      for (let number = 1; number <= count; number += 1) {
        const talk = talks[number % talks.length];
        if (!talk) throw new Error('The trainer has no conversations.');
        talk.lastSeq += 1;
        const { content, isByTrainer, atMs } = write(number);
        const senderId = isByTrainer ? trainerId : talk.traineeId;
        const { lastInsertRowid } = message.run(talk.id, talk.lastSeq, senderId, randomUUID(), content, atMs);
        for (const userId of [trainerId, talk.traineeId]) {
          event.run(userId, nextFeedSeq.get(userId), talk.id, lastInsertRowid, atMs);
        }
      }
      for (const talk of talks) talkMoved.run(talk.lastSeq, now, talk.id);
    }).immediate();
  } finally {
    db.close();
  }
}

/**
 * Gives a trainer `count` more trainees, "Trainee 1" to "Trainee <count>", with a message each from some months ago;
 * every third waits for an answer.
 */
export function storeTrainees(database: string, trainerEmail: string, count: number): void {
  const db = new SqliteDatabase(database, { timeout: 5_000 });
  try {
    const trainer = db
      .prepare<[string], { id: number; last: number }>(
        'SELECT id, (SELECT max(id) FROM users) AS last FROM users WHERE email = ?',
      )
      .get(trainerEmail);
    if (trainer === undefined) throw new Error(`There is no ${trainerEmail}.`);
    const user = db.prepare<[number, string, string, number]>(
      `INSERT INTO users (id, role, name, email, password_hash, created_at) VALUES (?, 'trainee', ?, ?, 'none', ?)`,
    );
    const profile = db.prepare<[number, number, number]>(
      'INSERT INTO trainee_profiles (user_id, trainer_id, joined_at) VALUES (?, ?, ?)',
    );
    const talk = db.prepare<[number, number, number, number]>(
      `INSERT INTO conversations (trainer_id, trainee_id, last_seq, last_message_at, created_at)
       VALUES (?, ?, 1, ?, ?)`,
    );
    const message = db.prepare<[number | bigint, number, string, string, number]>(
      `INSERT INTO messages (conversation_id, seq, sender_id, client_message_id, content, created_at)
       VALUES (?, 1, ?, ?, ?, ?)`,
    );
    const from = Date.now() - 100 * 86_400_000;
    db.transaction(() => {
      for (let number = 1; number <= count; number += 1) {
        const id = trainer.last + number;
        const atMs = from - number * 60_000;
        user.run(id, `Trainee ${number}`, `trainee-${number}@many.test`, atMs);
        profile.run(id, trainer.id, atMs);
        const { lastInsertRowid } = talk.run(trainer.id, id, atMs, atMs);
        const senderId = number % 3 === 0 ? id : trainer.id;
        message.run(lastInsertRowid, senderId, randomUUID(), missedText(number), atMs);
      }
    }).immediate();
  } finally {
    db.close();
  }
}

/** Forgets the older events of every feed, as the backend does after their time: older cursors expire. */
export function forgetFeeds(database: string): void {
  const db = new SqliteDatabase(database, { timeout: 5_000 });
  try {
    db.prepare(
      'DELETE FROM feed_events WHERE feed_seq < (SELECT feed_seq FROM users WHERE users.id = user_id)',
    ).run();
  } finally {
    db.close();
  }
}

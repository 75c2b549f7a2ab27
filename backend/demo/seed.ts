import { v7 as uuidv7 } from 'uuid';
import type { Role } from '../../shared/wire/entities.ts';
import { hashPassword } from '../accounts/passwords.ts';
import type { Database } from '../storage/database.ts';
import type { WriteTransaction } from '../storage/tables.ts';
import { DEMO_ADMIN, DEMO_SOLO, DEMO_TRAINERS, type DemoTrainee } from './people.ts';
import type { DemoTalk } from './shapes.ts';
import { DEMO_TALKS } from './talk.ts';

const DEMO_PASSWORD = 'demo-password';
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
/** Between two messages of one exchange. */
const LINE_GAP_MS = 3 * 60 * 1_000;

interface SeedParts {
  readonly trx: WriteTransaction;
  readonly now: number;
  readonly passwordHash: string;
}

async function insertUser(parts: SeedParts, role: Role, login: string, name: string): Promise<number> {
  const { id } = await parts.trx
    .insertInto('users')
    .values({
      role,
      name,
      email: `${login}@demo.test`,
      password_hash: parts.passwordHash,
      created_at: parts.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function insertTrainee(
  parts: SeedParts,
  trainee: DemoTrainee,
  trainerId: number | null,
): Promise<number> {
  const { trx, now } = parts;
  const id = await insertUser(parts, 'trainee', trainee.login, trainee.name);
  const lastWorkoutAt =
    trainee.lastWorkoutHoursAgo === null ? null : now - trainee.lastWorkoutHoursAgo * HOUR_MS;
  await trx
    .insertInto('trainee_profiles')
    .values({
      user_id: id,
      trainer_id: trainerId,
      joined_at: now - trainee.joinedDaysAgo * DAY_MS,
      programme: trainee.programme,
      last_workout_at: lastWorkoutAt,
      missed_workouts_this_week: trainee.missedWorkoutsThisWeek,
      last_active_at: lastWorkoutAt,
    })
    .execute();
  return id;
}

async function insertTalk(
  parts: SeedParts,
  talk: DemoTalk,
  trainerId: number,
  traineeId: number,
): Promise<void> {
  const { trx, now } = parts;
  const messages = talk.exchanges.flatMap(({ hoursAgo, lines }) =>
    lines.map(([from, content], index) => ({
      sender_id: from === 'trainer' ? trainerId : traineeId,
      content,
      created_at: now - hoursAgo * HOUR_MS + index * LINE_GAP_MS,
    })),
  );
  const lastSeq = messages.length;
  const { id } = await trx
    .insertInto('conversations')
    .values({
      trainer_id: trainerId,
      trainee_id: traineeId,
      last_seq: lastSeq,
      last_message_at: messages.at(-1)?.created_at ?? 0,
      trainer_read_seq: lastSeq - talk.unreadForTrainer,
      trainee_read_seq: lastSeq - talk.unreadForTrainee,
      created_at: messages[0]?.created_at ?? now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('messages')
    .values(
      messages.map((message, index) => ({
        ...message,
        conversation_id: id,
        seq: index + 1,
        client_message_id: uuidv7({ msecs: message.created_at }),
      })),
    )
    .execute();
}

/**
 * Fills an empty database with the demo's people and their conversations; leaves any other alone.
 * Everybody's password is `demo-password`.
 */
export async function seedDemo(database: Database, now: number): Promise<void> {
  const isEmpty = async () =>
    (await database.read.selectFrom('users').select('id').limit(1).execute()).length === 0;
  if (!(await isEmpty())) return;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await database.transaction(async (trx) => {
    // Another process may have done it while the password was hashed, or be at it: then this waits for its end.
    const { numInsertedOrUpdatedRows: mine } = await trx
      .insertInto('meta')
      .values({ key: 'demo_seeded_at', value: new Date(now).toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (mine !== 1n || !(await isEmpty())) return;
    const parts: SeedParts = { trx, now, passwordHash };
    await insertUser(parts, 'admin', DEMO_ADMIN.login, DEMO_ADMIN.name);
    for (const trainer of DEMO_TRAINERS) {
      const trainerId = await insertUser(parts, 'trainer', trainer.login, trainer.name);
      for (const trainee of trainer.trainees) {
        const traineeId = await insertTrainee(parts, trainee, trainerId);
        const talk = DEMO_TALKS.find(({ login }) => login === trainee.login);
        if (talk) await insertTalk(parts, talk, trainerId, traineeId);
      }
    }
    await insertTrainee(parts, DEMO_SOLO, null);
  });
}

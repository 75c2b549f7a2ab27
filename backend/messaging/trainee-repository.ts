import type { Trainee, TraineeDetail } from '../../shared/wire/entities.ts';
import { isoTime, isoTimeOrNull } from '../operations/clock.ts';
import type { Queries, WriteTransaction } from '../storage/tables.ts';

function traineesOf(db: Queries, trainerId: number) {
  return db
    .selectFrom('trainee_profiles as profile')
    .innerJoin('users as user', 'user.id', 'profile.user_id')
    .leftJoin('conversations as c', (join) =>
      join.onRef('c.trainee_id', '=', 'profile.user_id').onRef('c.trainer_id', '=', 'profile.trainer_id'),
    )
    .select(['user.id', 'user.name', 'user.email', 'c.id as conversationId'])
    .where('profile.trainer_id', '=', trainerId);
}

/** A trainer's own trainees by id, after the given one. */
export function listTrainees(
  db: Queries,
  trainerId: number,
  afterId: number,
  limit: number,
): Promise<Trainee[]> {
  return traineesOf(db, trainerId)
    .where('profile.user_id', '>', afterId)
    .orderBy('profile.user_id')
    .limit(limit)
    .execute();
}

/** Those of the given people who are the trainer's own trainees. */
export async function findTrainees(
  db: Queries,
  trainerId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Trainee>> {
  if (ids.length === 0) return new Map();
  const rows = await traineesOf(db, trainerId).where('profile.user_id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** One of the trainer's own trainees with everything known. */
export async function findTraineeDetail(
  db: Queries,
  trainerId: number,
  id: number,
): Promise<TraineeDetail | null> {
  const row = await traineesOf(db, trainerId)
    .select([
      'profile.joined_at',
      'profile.programme',
      'profile.last_workout_at',
      'profile.missed_workouts_this_week',
      'profile.last_active_at',
    ])
    .where('profile.user_id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    conversationId: row.conversationId,
    joinedAt: isoTime(row.joined_at),
    programme: row.programme,
    lastWorkoutAt: isoTimeOrNull(row.last_workout_at),
    missedWorkoutsThisWeek: row.missed_workouts_this_week,
    lastActiveAt: isoTimeOrNull(row.last_active_at),
  };
}

/**
 * Finds the relation of a trainer and their own trainee and keeps it as it is until the transaction ends: the
 * first of the locks.
 */
export function lockedRelation(trx: WriteTransaction, trainerId: number, traineeId: number) {
  return trx
    .selectFrom('trainee_profiles')
    .select('trainer_id')
    .where('user_id', '=', traineeId)
    .where('trainer_id', '=', trainerId)
    .forNoKeyUpdate();
}

/** Gives a trainee from one trainer (null: none) to another. @returns false when that was not their trainer */
export async function changeTrainer(
  trx: WriteTransaction,
  traineeId: number,
  from: number | null,
  to: number | null,
): Promise<boolean> {
  const result = await trx
    .updateTable('trainee_profiles')
    .set({ trainer_id: to })
    .where('user_id', '=', traineeId)
    .where('trainer_id', from === null ? 'is' : '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes that a trainee was here. */
export async function updateLastActive(trx: WriteTransaction, traineeId: number, now: number): Promise<void> {
  await trx
    .updateTable('trainee_profiles')
    .set({ last_active_at: now })
    .where('user_id', '=', traineeId)
    .execute();
}

/** What a platform knows of a trainee; what is left out stays as it is. */
export interface TraineeFacts {
  readonly name?: string;
  readonly programme?: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly lastWorkoutAt?: number | null;
  readonly missedWorkoutsThisWeek?: number;
}

/**
 * Stores facts of a trainee, holding the row of their relation, and for a new name those of both users.
 * @returns the trainer, null for none; undefined when nobody is this trainee
 */
export async function updateFacts(
  trx: WriteTransaction,
  traineeId: number,
  { name, programme, lastWorkoutAt, missedWorkoutsThisWeek }: TraineeFacts,
): Promise<number | null | undefined> {
  const relation = await trx
    .updateTable('trainee_profiles')
    .set({
      // Sets something in any case, because the row has to be locked before the feed is written.
      user_id: traineeId,
      ...(programme !== undefined && { programme }),
      ...(lastWorkoutAt !== undefined && { last_workout_at: lastWorkoutAt }),
      ...(missedWorkoutsThisWeek !== undefined && { missed_workouts_this_week: missedWorkoutsThisWeek }),
    })
    .where('user_id', '=', traineeId)
    .returning('trainer_id')
    .executeTakeFirst();
  if (relation && name !== undefined) {
    // The trainer's feed is written after this: both rows are taken in the order in which everybody takes them.
    const userIds = [traineeId, ...(relation.trainer_id === null ? [] : [relation.trainer_id])];
    await trx
      .selectFrom('users')
      .select('id')
      .where('id', 'in', userIds)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute();
    await trx.updateTable('users').set({ name }).where('id', '=', traineeId).execute();
  }
  return relation?.trainer_id;
}

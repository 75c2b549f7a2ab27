import type { Role } from '../../shared/wire/entities.ts';
import type { Queries, WriteTransaction } from '../storage/tables.ts';

/** An account, active or not. */
export interface PersonRow {
  readonly id: number;
  readonly role: Role;
  readonly email: string;
}

/** The account with this id or, in lower case, this e-mail address; also one that is deactivated. */
export async function findPerson(db: Queries, reference: number | string): Promise<PersonRow | null> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'role', 'email'])
    .where(typeof reference === 'number' ? 'id' : 'email', '=', reference)
    .executeTakeFirst();
  return row ?? null;
}

/** A new account as it is stored. */
export interface NewPerson {
  readonly role: Role;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly passwordHash: string;
}

/** Stores an account; a trainee also gets the row of their facts, without a trainer. @returns its id */
export async function insertPerson(trx: WriteTransaction, person: NewPerson, now: number): Promise<number> {
  const { id } = await trx
    .insertInto('users')
    .values({
      role: person.role,
      name: person.name,
      email: person.email,
      password_hash: person.passwordHash,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (person.role === 'trainee') {
    await trx.insertInto('trainee_profiles').values({ user_id: id, joined_at: now }).execute();
  }
  return id;
}

/** Lets an account sign in, or no longer. */
export async function setActive(trx: WriteTransaction, id: number, isActive: boolean): Promise<void> {
  await trx
    .updateTable('users')
    .set({ is_active: isActive ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

/** Replaces what tells who somebody is, and makes the account unusable. */
export async function anonymise(
  trx: WriteTransaction,
  id: number,
  to: { readonly name: string; readonly email: string },
): Promise<void> {
  await trx
    .updateTable('users')
    // No hash has this form, so no password fits.
    .set({ name: to.name, email: to.email, password_hash: 'none', is_active: 0 })
    .where('id', '=', id)
    .execute();
  await trx
    .updateTable('trainee_profiles')
    .set({
      trainer_id: null,
      programme: null,
      last_workout_at: null,
      missed_workouts_this_week: 0,
      last_active_at: null,
    })
    .where('user_id', '=', id)
    .execute();
}

/** A pair that somebody is or was one of. */
export interface Pair {
  readonly trainerId: number;
  readonly traineeId: number;
}

/** The pairs of trainer and trainee that are related now and in which the person is one. */
export async function listRelations(db: Queries, id: number): Promise<Pair[]> {
  const rows = await db
    .selectFrom('trainee_profiles')
    .select(['user_id', 'trainer_id'])
    .where((eb) => eb.or([eb('user_id', '=', id), eb('trainer_id', '=', id)]))
    .orderBy('user_id')
    .execute();
  return rows.flatMap(({ user_id: traineeId, trainer_id: trainerId }) =>
    trainerId === null ? [] : [{ trainerId, traineeId }],
  );
}

/** Archives all conversations of a person. @returns them, by id */
export async function archiveConversations(
  trx: WriteTransaction,
  id: number,
): Promise<(Pair & { readonly conversationId: number })[]> {
  const rows = await trx
    .updateTable('conversations')
    .set({ is_archived: 1 })
    .where((eb) => eb.or([eb('trainer_id', '=', id), eb('trainee_id', '=', id)]))
    .returning(['id', 'trainer_id', 'trainee_id'])
    .execute();
  return rows
    .map((row) => ({ conversationId: row.id, trainerId: row.trainer_id, traineeId: row.trainee_id }))
    .toSorted((a, b) => a.conversationId - b.conversationId);
}

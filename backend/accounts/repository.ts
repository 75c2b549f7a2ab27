import type { Compilable } from 'kysely';
import type { User } from '../../shared/wire/entities.ts';
import type { Value } from '../storage/statement.ts';
import type { Queries, WriteTransaction } from '../storage/tables.ts';

/** An account with what signing in needs. */
export interface Account {
  readonly user: User;
  readonly passwordHash: string;
}

const USER_COLUMNS = ['users.id', 'users.role', 'users.name', 'users.email'] as const;

/** The active account with this e-mail address (any case). */
export async function findAccountByEmail(db: Queries, email: string): Promise<Account | null> {
  return findAccount(db, 'email', email.toLowerCase());
}

/** The active account with this id. */
export async function findAccountById(db: Queries, id: number): Promise<Account | null> {
  return findAccount(db, 'id', id);
}

async function findAccount(
  db: Queries,
  column: 'id' | 'email',
  value: number | string,
): Promise<Account | null> {
  const row = await db
    .selectFrom('users')
    .select([...USER_COLUMNS, 'users.password_hash'])
    .where(column, '=', value)
    .where('is_active', '=', 1)
    .executeTakeFirst();
  if (!row) return null;
  const { password_hash: passwordHash, ...user } = row;
  return { user, passwordHash };
}

/** The user to whom a session belongs, and the newest number in that user's feed. */
export interface SessionOwner {
  readonly user: User;
  readonly feedSeq: number;
}

/** Finds the active user to whom a session that has not ended belongs. */
export function ownerOfSession(db: Queries, sessionId: Value<string>) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([...USER_COLUMNS, 'users.feed_seq'])
    .where('sessions.id', '=', sessionId)
    .where('sessions.ended_at', 'is', null)
    .where('users.is_active', '=', 1);
}

/** Runs {@link ownerOfSession}. */
export async function findSessionOwner(
  db: Queries,
  query: Compilable<User & { feed_seq: number }>,
): Promise<SessionOwner | null> {
  const [row] = (await db.executeQuery(query)).rows;
  if (!row) return null;
  const { feed_seq: feedSeq, ...user } = row;
  return { user, feedSeq };
}

/** Those of the given sessions that have not ended and whose owner is active. */
export async function findLiveSessions(
  db: Queries,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sessionIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select('sessions.id')
    .where('sessions.id', 'in', sessionIds)
    .where('sessions.ended_at', 'is', null)
    .where('users.is_active', '=', 1)
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Trainers by id, after the given one; one more than a page tells that another follows. */
export function listTrainers(db: Queries, afterId: number, limit: number): Promise<User[]> {
  return db
    .selectFrom('users')
    .select(USER_COLUMNS)
    .where('role', '=', 'trainer')
    .where('is_active', '=', 1)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Starts a session with its first refresh token. */
export async function insertSession(
  trx: WriteTransaction,
  session: { id: string; userId: number; now: number; tokenHash: string; expiresAt: number },
): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({ id: session.id, user_id: session.userId, created_at: session.now })
    .execute();
  await insertRefreshToken(trx, session.id, session.tokenHash, session.expiresAt);
}

/** Puts a refresh token into circulation. */
export async function insertRefreshToken(
  trx: WriteTransaction,
  sessionId: string,
  tokenHash: string,
  expiresAt: number,
): Promise<void> {
  await trx
    .insertInto('refresh_tokens')
    .values({ session_id: sessionId, token_hash: tokenHash, expires_at: expiresAt })
    .execute();
}

/** A refresh token's row, by its hash; nobody else can exchange it until the transaction ends. */
export function lockRefreshToken(trx: WriteTransaction, tokenHash: string) {
  return trx
    .selectFrom('refresh_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Notes the first exchange of a refresh token. */
export async function markRefreshTokenUsed(
  trx: WriteTransaction,
  tokenHash: string,
  now: number,
): Promise<void> {
  await trx
    .updateTable('refresh_tokens')
    .set({ first_used_at: now })
    .where('token_hash', '=', tokenHash)
    .execute();
}

/** Ends one session. */
export async function endSession(trx: WriteTransaction, sessionId: string, now: number): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends the sessions of a user, all of them or all but one. */
export async function endSessions(
  trx: WriteTransaction,
  userId: number,
  now: number,
  keptSessionId: string | null = null,
): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .$if(keptSessionId !== null, (query) => query.where('id', '!=', keptSessionId))
    .execute();
}

/** Replaces a user's password. */
export async function updatePassword(
  trx: WriteTransaction,
  userId: number,
  passwordHash: string,
): Promise<void> {
  await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
}

/** Forgets up to `limit` refresh tokens that have expired. @returns how many it were */
export async function pruneRefreshTokens(trx: WriteTransaction, now: number, limit: number): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('refresh_tokens')
    .where('token_hash', 'in', (eb) =>
      eb.selectFrom('refresh_tokens').select('token_hash').where('expires_at', '<=', now).limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Forgets up to `limit` sessions that nothing can go on with. @returns how many it were */
export async function pruneSessions(trx: WriteTransaction, limit: number): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('sessions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sessions')
        .leftJoin('refresh_tokens', 'refresh_tokens.session_id', 'sessions.id')
        .select('sessions.id')
        .where('refresh_tokens.session_id', 'is', null)
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

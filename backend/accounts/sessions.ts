import { randomUUID } from 'node:crypto';
import type { User } from '../../shared/wire/entities.ts';
import type { LoginAnswer, Tokens as TokenPair } from '../../shared/wire/rest.ts';
import { ApiError, notFound, sessionEnded, unauthenticated } from '../operations/api-error.ts';
import type { Clock } from '../operations/clock.ts';
import type { SignInLimiter } from '../operations/limiters.ts';
import { forgetDevicesOfEndedSessions } from '../push/device-repository.ts';
import type { Database } from '../storage/database.ts';
import { statement } from '../storage/statement.ts';
import type { WriteTransaction } from '../storage/tables.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import * as repository from './repository.ts';
import { hashRefreshToken, type AccessClaims, type Tokens } from './tokens.ts';

const REFRESH_LIFE_MS = 30 * 24 * 60 * 60 * 1_000;
/** How long a refresh token still answers after its successor was first used. */
const REFRESH_GRACE_MS = 30 * 1_000;

/** Who makes a request. */
export interface Principal {
  readonly user: User;
  readonly sessionId: string;
  /** The admin who looks through this user's eyes, or null; then nothing may be changed. */
  readonly impersonator: User | null;
  /** End of the access token, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** The newest number in the user's feed when this was found out; null when it was not looked up. */
  readonly feedSeq: number | null;
}

/** Sign-in and everything that a session can do to itself. */
export interface Sessions {
  /** @throws ApiError 401 `invalid_credentials`, 429 */
  signIn(email: string, password: string, address: string): Promise<LoginAnswer>;
  /** Exchanges a refresh token by the rules of the protocol, section 3. @throws ApiError 401 `session_ended` */
  refresh(refreshToken: string): Promise<TokenPair>;
  signOut(sessionId: string): Promise<void>;
  /** Ends the user's other sessions. @throws ApiError 401 `invalid_credentials`, 429 */
  changePassword(principal: Principal, current: string, next: string, address: string): Promise<void>;
  /** An access token to see what a trainer sees. @throws ApiError 404 */
  impersonate(admin: Principal, userId: number): Promise<{ accessToken: string; user: User }>;
  /** Reads an access token and checks that its session goes on. @throws ApiError 401 */
  authenticate(accessToken: string): Promise<Principal>;
  /** Those of the sessions that go on. */
  stillLive(sessionIds: readonly string[]): Promise<ReadonlySet<string>>;
  listTrainers(afterId: number, limit: number): Promise<User[]>;
}

function invalidCredentials(): ApiError {
  return new ApiError(401, 'invalid_credentials', 'The e-mail address or the password is not right.');
}

/** The accounts' rules on this database. */
export function createSessions(parts: {
  readonly database: Database;
  readonly tokens: Tokens;
  readonly signInLimiter: SignInLimiter;
  readonly clock: Clock;
}): Sessions {
  const { database, tokens, signInLimiter, clock } = parts;
  /** Asked by every request. */
  const ownerOfSession = statement<{ readonly sessionId: string }>()((value) =>
    repository.ownerOfSession(database.read, value('sessionId')),
  );

  async function checkPassword(email: string, password: string): Promise<User | null> {
    const account = await repository.findAccountByEmail(database.read, email);
    const isRight = await verifyPassword(account?.passwordHash ?? null, password);
    return isRight && account ? account.user : null;
  }

  /** The successor to answer, or null when the token's family has to end. */
  async function exchange(trx: WriteTransaction, token: string, sessionId: string): Promise<string | null> {
    const now = clock();
    const next = tokens.nextRefresh(token);
    const nextHash = hashRefreshToken(next);
    const row = await repository.lockRefreshToken(trx, hashRefreshToken(token));
    if (row?.first_used_at === null) {
      await repository.markRefreshTokenUsed(trx, row.token_hash, now);
      await repository.insertRefreshToken(trx, sessionId, nextHash, now + REFRESH_LIFE_MS);
      return next;
    }
    const successor = await repository.lockRefreshToken(trx, nextHash);
    if (!successor) return null;
    const isInGrace = successor.first_used_at === null || now <= successor.first_used_at + REFRESH_GRACE_MS;
    return isInGrace ? next : null;
  }

  async function resolve(claims: AccessClaims): Promise<Principal> {
    const owner = await repository.findSessionOwner(database.read, ownerOfSession(claims));
    if (!owner) throw sessionEnded();
    const { user, feedSeq } = owner;
    const base = { sessionId: claims.sessionId, expiresAt: claims.expiresAt };
    if (claims.impersonatorId === null) {
      if (user.id !== claims.userId) throw unauthenticated();
      return { ...base, user, impersonator: null, feedSeq };
    }
    const target = await repository.findAccountById(database.read, claims.userId);
    const mayAct =
      user.id === claims.impersonatorId && user.role === 'admin' && target?.user.role === 'trainer';
    if (!mayAct) throw unauthenticated();
    return { ...base, user: target.user, impersonator: user, feedSeq: null };
  }

  return {
    async signIn(email, password, address) {
      const user = await signInLimiter.guard(email.toLowerCase(), address, () =>
        checkPassword(email, password),
      );
      if (!user) throw invalidCredentials();
      const sessionId = randomUUID();
      const refreshToken = tokens.firstRefresh();
      const now = clock();
      await database.transaction((trx) =>
        repository.insertSession(trx, {
          id: sessionId,
          userId: user.id,
          now,
          tokenHash: hashRefreshToken(refreshToken),
          expiresAt: now + REFRESH_LIFE_MS,
        }),
      );
      const accessToken = await tokens.issueAccess({ userId: user.id, sessionId, impersonatorId: null });
      return { accessToken, refreshToken, user };
    },

    async refresh(refreshToken) {
      const outcome = await database.transaction(async (trx) => {
        const row = await repository.lockRefreshToken(trx, hashRefreshToken(refreshToken));
        if (!row || row.expires_at <= clock()) return null;
        const owner = await repository.findSessionOwner(trx, ownerOfSession({ sessionId: row.session_id }));
        if (!owner) return null;
        const next = await exchange(trx, refreshToken, row.session_id);
        if (next === null) {
          // Somebody kept a copy of an old token: nobody may go on with this family.
          await repository.endSession(trx, row.session_id, clock());
          await forgetDevicesOfEndedSessions(trx, row.session_id);
          return null;
        }
        return { owner, sessionId: row.session_id, next };
      });
      if (!outcome) throw sessionEnded();
      const { owner, sessionId, next } = outcome;
      const accessToken = await tokens.issueAccess({
        userId: owner.user.id,
        sessionId,
        impersonatorId: null,
      });
      return { accessToken, refreshToken: next };
    },

    async signOut(sessionId) {
      await database.transaction(async (trx) => {
        await repository.endSession(trx, sessionId, clock());
        await forgetDevicesOfEndedSessions(trx, sessionId);
      });
    },

    async changePassword(principal, current, next, address) {
      const { email } = principal.user;
      if (!(await signInLimiter.guard(email, address, () => checkPassword(email, current))))
        throw invalidCredentials();
      const passwordHash = await hashPassword(next);
      await database.transaction(async (trx) => {
        await repository.updatePassword(trx, principal.user.id, passwordHash);
        await repository.endSessions(trx, principal.user.id, clock(), principal.sessionId);
        await forgetDevicesOfEndedSessions(trx, principal.sessionId);
      });
    },

    async impersonate(admin, userId) {
      const target = await repository.findAccountById(database.read, userId);
      if (target?.user.role !== 'trainer') throw notFound();
      const accessToken = await tokens.issueAccess({
        userId,
        sessionId: admin.sessionId,
        impersonatorId: admin.user.id,
      });
      return { accessToken, user: target.user };
    },

    async authenticate(accessToken) {
      const claims = await tokens.readAccess(accessToken);
      if (!claims) throw unauthenticated();
      return resolve(claims);
    },

    stillLive: (sessionIds) => repository.findLiveSessions(database.read, sessionIds),
    listTrainers: (afterId, limit) => repository.listTrainers(database.read, afterId, limit),
  };
}

/** The part of the REST interface that is about who is signed in. */
import { PAGE_MAX } from '../../shared/limits.ts';
import { ok } from '../../shared/result.ts';
import type { User } from '../../shared/wire/entities.ts';
import {
  impersonateAnswerSchema,
  loginAnswerSchema,
  type LoginAnswer,
  tokensSchema,
  type Tokens,
  trainersAnswerSchema,
} from '../../shared/wire/rest.ts';
import { createCall, type TokenSource } from './authorised.ts';
import { exchange, noBodySchema, type Answer, type ApiResult, type Transport } from './exchange.ts';

/** Exchanges an e-mail address and a password for tokens. */
export function login(
  transport: Transport,
  body: { readonly email: string; readonly password: string },
): Promise<ApiResult<LoginAnswer>> {
  return exchange(transport, { method: 'POST', path: '/auth/login', schema: loginAnswerSchema, body });
}

/** Exchanges a refresh token for new tokens. */
export function refresh(transport: Transport, refreshToken: string): Promise<ApiResult<Tokens>> {
  const request = {
    method: 'POST',
    path: '/auth/refresh',
    schema: tokensSchema,
    body: { refreshToken },
  } as const;
  return exchange(transport, request);
}

/** What a session can ask about itself, and an admin about others. */
export interface SessionApi {
  /** Revokes the session of the current token. */
  logout(): Promise<ApiResult<null>>;
  /** Sets another password, which ends the person's other sessions. */
  changePassword(body: { readonly current: string; readonly next: string }): Promise<ApiResult<null>>;
  /** All trainers, however many pages; for admins. */
  trainers(): Promise<ApiResult<readonly User[]>>;
  /** An access token by which an admin reads what this trainer reads. */
  impersonate(userId: number): Answer<typeof impersonateAnswerSchema>;
}

/** Creates the interface for one session. */
export function createSessionApi(transport: Transport, tokens: TokenSource): SessionApi {
  const call = createCall(transport, tokens);
  return {
    logout: async () => {
      const answer = await call({ method: 'POST', path: '/auth/logout', schema: noBodySchema });
      return answer.ok ? ok(null) : answer;
    },
    changePassword: async (body) => {
      const answer = await call({ method: 'POST', path: '/auth/password', schema: noBodySchema, body });
      return answer.ok ? ok(null) : answer;
    },
    trainers: async () => {
      const trainers: User[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ limit: String(PAGE_MAX) });
        if (cursor !== null) query.set('cursor', cursor);
        const answer: Awaited<Answer<typeof trainersAnswerSchema>> = await call({
          method: 'GET',
          path: `/trainers?${query}`,
          schema: trainersAnswerSchema,
        });
        if (!answer.ok) return answer;
        trainers.push(...answer.value.items);
        cursor = answer.value.nextCursor;
      } while (cursor !== null);
      return ok(trainers);
    },
    impersonate: (userId) =>
      call({ method: 'POST', path: '/auth/impersonate', schema: impersonateAnswerSchema, body: { userId } }),
  };
}

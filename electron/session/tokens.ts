import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { z } from '../../shared/schema.ts';
import type { Tokens } from '../../shared/wire/rest.ts';
import type { Clock } from '../engine-api.ts';

export interface SessionTokensParts {
  /** Null after a restart, when only the refresh token is known. */
  readonly accessToken: string | null;
  readonly refreshToken: string;
  readonly clock: Clock;
  /** Asks the server for the next pair; only `session_ended` means that the session is over. */
  readonly refresh: (refreshToken: string) => Promise<Result<Tokens, ClientError>>;
  /** Keeps the new refresh token for the next start; called before that token is used. */
  readonly save: (refreshToken: string) => void;
  /** A new access token came. */
  readonly onRenewed: (accessToken: string) => void;
  readonly onEnded: (error: ClientError) => void;
}

/** The tokens of one session, shared by REST and socket. */
export interface SessionTokens {
  /** The access token; after a restart it is fetched first. */
  current(): Promise<Result<string, ClientError>>;
  /** A token other than `stale`; however many ask at once, the server is asked once. */
  renew(stale: string): Promise<Result<string, ClientError>>;
  stop(): void;
}

/** The part of its life after which a token is renewed before it expires. */
const RENEW_AFTER = 0.8;
const ENDED: ClientError = {
  code: 'session_ended',
};

/** Creates the tokens of one session. */
export function createSessionTokens(parts: SessionTokensParts): SessionTokens {
  let access = parts.accessToken;
  let { refreshToken } = parts;
  let running: Promise<Result<string, ClientError>> | null = null;
  let isOver = false;
  let cancelTimer: () => void = () => {};

  function renewOnce(): Promise<Result<string, ClientError>> {
    running ??= refresh().finally(() => {
      running = null;
    });
    return running;
  }

  async function refresh(): Promise<Result<string, ClientError>> {
    const answer = await parts.refresh(refreshToken);
    if (isOver) return fail(ENDED);
    if (!answer.ok) {
      if (answer.error.code !== 'session_ended') return answer;
      isOver = true;
      parts.onEnded(answer.error);
      return fail(ENDED);
    }
    // On disk before its first use: that use ends the life of the token before it.
    parts.save(answer.value.refreshToken);
    refreshToken = answer.value.refreshToken;
    access = answer.value.accessToken;
    planRenewal(access);
    parts.onRenewed(access);
    return ok(access);
  }

  function planRenewal(token: string): void {
    cancelTimer();
    const lifetime = lifetimeMs(token);
    if (lifetime !== null) cancelTimer = parts.clock.after(lifetime * RENEW_AFTER, () => void renewOnce());
  }

  if (access !== null) planRenewal(access);

  return {
    current: async () => {
      if (isOver) return fail(ENDED);
      return access === null ? renewOnce() : ok(access);
    },
    renew: async (stale) => {
      if (isOver) return fail(ENDED);
      return access !== null && access !== stale ? ok(access) : renewOnce();
    },
    stop: () => {
      isOver = true;
      cancelTimer();
    },
  };
}

const claimsSchema = z.object({ iat: z.number(), exp: z.number() });

/** How long a JWT lives, by its own claims and so by no clock; null for a token of another kind. */
function lifetimeMs(token: string): number | null {
  try {
    const claims = claimsSchema.parse(
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
    );
    return Math.max(0, claims.exp - claims.iat) * 1_000;
  } catch {
    return null;
  }
}

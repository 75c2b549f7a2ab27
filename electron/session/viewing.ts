import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { User } from '../../shared/wire/entities.ts';
import type { Clock } from '../engine-api.ts';
import { createSessionTokens, type SessionTokens } from './tokens.ts';

/** What an admin is granted: to read what a trainer reads. */
interface Grant {
  readonly accessToken: string;
  readonly user: User;
}

/** Why a grant that was given once is not given again: the trainer is none any more. */
const WITHDRAWN: ReadonlySet<string> = new Set(['not_found', 'forbidden']);
const ENDED: ClientError = { code: 'session_ended' };

/** The tokens of one view through a trainer's eyes: there is no refresh token, so a new grant renews them. */
export function createViewingTokens(
  granted: Grant,
  parts: {
    readonly clock: Clock;
    /** Asks for another grant with the admin's own session. */
    readonly grant: () => Promise<Result<Grant, ClientError>>;
    readonly onRenewed: (accessToken: string) => void;
    /** The view is over; the admin's session need not be. */
    readonly onEnded: () => void;
  },
): SessionTokens {
  return createSessionTokens({
    accessToken: granted.accessToken,
    refreshToken: '',
    clock: parts.clock,
    refresh: async () => {
      const next = await parts.grant();
      if (!next.ok) return fail(WITHDRAWN.has(next.error.code) ? ENDED : next.error);
      return ok({ accessToken: next.value.accessToken, refreshToken: '' });
    },
    save: () => undefined,
    onRenewed: parts.onRenewed,
    onEnded: parts.onEnded,
  });
}

import { SignJWT } from 'jose';
import { z } from '../../shared/schema.ts';
import type { Clock } from '../operations/clock.ts';
import { AttemptFailure, post } from './post.ts';
import type { PushSettings } from './push-settings.ts';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest life that an assertion may have. */
const ASSERTION_SECONDS = 3_600;
/** A token is renewed so long before its end, or at half its life when that is short. */
const RENEW_BEFORE_MS = 5 * 60_000;

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Access tokens to FCM, each used until shortly before it ends. */
export interface AccessTokens {
  /** @throws AttemptFailure when none is to be had now */
  get(signal: AbortSignal): Promise<string>;
  /** Notes that FCM did not accept this token. */
  reject(token: string): void;
}

/** Access tokens for the service account, by OAuth 2.0 assertions (RFC 7523). */
export function createAccessTokens(settings: PushSettings, clock: Clock): AccessTokens {
  const { account, timeoutMs } = settings;
  let current: { readonly token: string; readonly renewAt: number } | null = null;
  let request: Promise<string> | null = null;

  function sign(now: number): Promise<string> {
    const seconds = Math.floor(now / 1_000);
    return new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: account.keyId })
      .setIssuer(account.clientEmail)
      .setAudience(account.tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ASSERTION_SECONDS)
      .sign(account.privateKey);
  }

  async function exchange(signal: AbortSignal): Promise<string> {
    const now = clock();
    const form = new URLSearchParams({ grant_type: GRANT_TYPE, assertion: await sign(now) });
    const { status, body, retryAfterMs } = await post(
      account.tokenUrl,
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() },
      { timeoutMs, signal },
    );
    const answer = answerSchema.safeParse(body);
    if (status !== 200 || !answer.success)
      throw new AttemptFailure(`no access token ${status}`, retryAfterMs);
    const lifeMs = answer.data.expires_in * 1_000;
    const token = answer.data.access_token;
    current = { token, renewAt: now + Math.max(lifeMs / 2, lifeMs - RENEW_BEFORE_MS) };
    return token;
  }

  return {
    async get(signal) {
      if (current && clock() < current.renewAt) return current.token;
      // All that need a token at the same time wait for one request.
      request ??= exchange(signal).finally(() => {
        request = null;
      });
      return request;
    },
    reject(token) {
      if (current?.token === token) current = null;
    },
  };
}

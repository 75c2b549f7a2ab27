import { createHash, createHmac, randomBytes, subtle } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from '../../shared/schema.ts';
import type { Clock } from '../operations/clock.ts';

const ALGORITHM = 'HS256';
const TOKEN_TYPE = 'at+jwt';
const ISSUER = 'trainer-inbox';
const AUDIENCE = 'trainer-inbox-app';
/** How many tokens are remembered that have been verified: those of so many people at once. */
const VERIFIED_MAX = 10_000;

const userIdClaim = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number);
const claimsSchema = z.object({
  sub: userIdClaim,
  sid: z.uuid(),
  exp: z.number(),
  act: z.object({ sub: userIdClaim }).optional(),
});

/** What an access token says. */
export interface AccessClaims {
  readonly userId: number;
  readonly sessionId: string;
  /** The admin who acts as this user (RFC 8693 `act`), or null. */
  readonly impersonatorId: number | null;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Makes and reads the two kinds of token. */
export interface Tokens {
  issueAccess(claims: Omit<AccessClaims, 'expiresAt'>): Promise<string>;
  /** Null for anything but a valid token of ours. */
  readAccess(token: string): Promise<AccessClaims | null>;
  /** A new random refresh token. */
  firstRefresh(): string;
  /**
   * The one successor of a refresh token. It is derived, not stored, so that the same one can be
   * answered again while nobody holding only the database can make it.
   */
  nextRefresh(token: string): string;
}

/** How a refresh token is kept in the database. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Tokens signed with `secret` (256 bits or more). */
export function createTokens(secret: string, accessSeconds: number, clock: Clock): Tokens {
  // Two keys from one secret, so that neither use can be turned against the other.
  const derive = (purpose: string) => createHmac('sha256', secret).update(purpose).digest();
  // Made once: from a key of another form jose would make this one anew for every token.
  const accessKey = subtle.importKey(
    'raw',
    derive('access token'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  );
  const refreshKey = derive('refresh token');
  // What a signature says of a text never changes; to find it out takes longer than most of a request's own work.
  const verified = new Map<string, AccessClaims>();

  async function verify(token: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify(token, await accessKey, {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: new Date(clock()),
      });
      const claims = claimsSchema.parse(payload);
      return {
        userId: claims.sub,
        sessionId: claims.sid,
        impersonatorId: claims.act?.sub ?? null,
        expiresAt: claims.exp * 1_000,
      };
    } catch {
      return null;
    }
  }

  return {
    async issueAccess({ userId, sessionId, impersonatorId }) {
      const now = Math.floor(clock() / 1_000);
      return new SignJWT({
        sid: sessionId,
        ...(impersonatorId !== null && { act: { sub: String(impersonatorId) } }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(String(userId))
        .setIssuedAt(now)
        .setExpirationTime(now + accessSeconds)
        .sign(await accessKey);
    },
    async readAccess(token) {
      const known = verified.get(token);
      if (known && known.expiresAt > clock()) return known;
      verified.delete(token);
      const claims = await verify(token);
      if (!claims) return null;
      const [oldest] = verified.keys();
      if (verified.size >= VERIFIED_MAX && oldest !== undefined) verified.delete(oldest);
      verified.set(token, claims);
      return claims;
    },
    firstRefresh: () => randomBytes(32).toString('base64url'),
    nextRefresh: (token) => createHmac('sha256', refreshKey).update(token).digest('base64url'),
  };
}

/**
 * Stands in for backend/accounts/tokens.ts: the same rules without signatures, because the library that signs
 * works on other threads, whose answers come in an order that no seed decides.
 */
import { createHmac } from 'node:crypto';
import type { Tokens } from '../../backend/accounts/tokens.ts';
import { z } from '../../shared/schema.ts';

const claimsSchema = z.object({ sub: z.number(), sid: z.string(), iat: z.number(), exp: z.number() });

export function createSimulatedTokens(parts: {
  readonly accessSeconds: number;
  readonly now: () => number;
  readonly uuid: () => string;
}): Tokens {
  return {
    issueAccess: async ({ userId, sessionId }) => {
      const iat = Math.floor(parts.now() / 1_000);
      const claims = { sub: userId, sid: sessionId, iat, exp: iat + parts.accessSeconds };
      return `simulated.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
    },
    readAccess: async (token) => {
      const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
      const { sub, sid, exp } = claimsSchema.parse(JSON.parse(text));
      if (parts.now() >= exp * 1_000) return null;
      return { userId: sub, sessionId: sid, impersonatorId: null, expiresAt: exp * 1_000 };
    },
    firstRefresh: () => parts.uuid(),
    nextRefresh: (token) => createHmac('sha256', 'simulated').update(token).digest('base64url'),
  };
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../../shared/wire/entities.ts';
import { ApiError, forbiddenRole, unauthenticated } from '../operations/api-error.ts';
import type { ReadLimiter } from '../operations/limiters.ts';
import type { Principal, Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on open routes. */
    principal: Principal | null;
    /** The newest number in that user's feed, as far as the answer tells of it; null when it has to be asked for. */
    feedSeq: number | null;
  }
  interface FastifyContextConfig {
    /** Who may use the route; without it, anybody who is signed in. */
    access?: 'open' | readonly Role[];
    /** A change that an impersonating admin may make all the same. */
    isAllowedUnderImpersonation?: boolean;
  }
}

/** Both participants of conversations. */
export const PARTICIPANTS: readonly Role[] = ['trainer', 'trainee'];

/** Who makes this request. @throws ApiError 401 on a route that is open */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw unauthenticated();
  return request.principal;
}

function bearerToken(request: FastifyRequest): string {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated();
  return token;
}

const isReading = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD';

/** Checks every request before anything of it is read: session, role, impersonation, reads a minute. */
export function installAuthentication(
  app: FastifyInstance,
  parts: { readonly sessions: Sessions; readonly readLimiter: ReadLimiter },
): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('feedSeq', null);
  app.addHook('onRequest', async (request) => {
    const { access, isAllowedUnderImpersonation = false } = request.routeOptions.config;
    if (access === 'open' || request.is404) return;
    const principal = await parts.sessions.authenticate(bearerToken(request));
    request.principal = principal;
    // Who reads is told what was there at the beginning; who writes, what has come of it.
    if (isReading(request)) request.feedSeq = principal.feedSeq;
    if (principal.impersonator && !isReading(request) && !isAllowedUnderImpersonation) {
      throw new ApiError(
        403,
        'impersonation_read_only',
        'You are looking through another account: you can only read.',
      );
    }
    if (access && !access.includes(principal.user.role)) throw forbiddenRole();
    if (isReading(request)) await parts.readLimiter.count(principal.impersonator?.id ?? principal.user.id);
  });
}

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { LIST_PAGE_SIZE } from '../../shared/limits.ts';
import {
  API_BASE,
  impersonateAnswerSchema,
  impersonateBodySchema,
  loginAnswerSchema,
  loginBodySchema,
  meAnswerSchema,
  passwordBodySchema,
  refreshBodySchema,
  tokensSchema,
  trainersAnswerSchema,
} from '../../shared/wire/rest.ts';
import { answers, noContent, pageQuery } from '../operations/route-schemas.ts';
import { cutPage, decodeCursor, encodeCursor, idCursorSchema } from '../operations/page-cursor.ts';
import { principalOf } from './authentication.ts';
import type { Sessions } from './sessions.ts';

/** Routes under `/api/auth` and `/api/trainers`; `sessionsEnded` is called when sessions may have ended. */
export function registerAccountRoutes(
  instance: FastifyInstance,
  parts: { readonly sessions: Sessions; readonly sessionsEnded: () => void },
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { sessions, sessionsEnded } = parts;

  app.post(
    `${API_BASE}/auth/login`,
    {
      config: { access: 'open' },
      schema: {
        security: [],
        body: loginBodySchema,
        response: answers({ 200: loginAnswerSchema }, 400, 401, 429),
      },
    },
    (request) => sessions.signIn(request.body.email, request.body.password, request.ip),
  );

  app.post(
    `${API_BASE}/auth/refresh`,
    {
      config: { access: 'open' },
      schema: { security: [], body: refreshBodySchema, response: answers({ 200: tokensSchema }, 400, 401) },
    },
    (request) => sessions.refresh(request.body.refreshToken),
  );

  app.post(
    `${API_BASE}/auth/logout`,
    { config: { isAllowedUnderImpersonation: true }, schema: { response: answers({ 204: noContent }, 401) } },
    async (request, reply) => {
      await sessions.signOut(principalOf(request).sessionId);
      sessionsEnded();
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API_BASE}/auth/password`,
    { schema: { body: passwordBodySchema, response: answers({ 204: noContent }, 400, 401, 403, 429) } },
    async (request, reply) => {
      const { current, next } = request.body;
      await sessions.changePassword(principalOf(request), current, next, request.ip);
      sessionsEnded();
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API_BASE}/auth/me`,
    { schema: { response: answers({ 200: meAnswerSchema }, 401, 429) } },
    (request) => {
      const { user, impersonator } = principalOf(request);
      return Promise.resolve({ user, ...(impersonator && { impersonator }) });
    },
  );

  app.get(
    `${API_BASE}/trainers`,
    {
      config: { access: ['admin'] },
      schema: {
        querystring: pageQuery(LIST_PAGE_SIZE),
        response: answers({ 200: trainersAnswerSchema }, 400, 401, 403, 429),
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const afterId = cursor === undefined ? 0 : decodeCursor(cursor, idCursorSchema).id;
      const { items, last } = cutPage(await sessions.listTrainers(afterId, limit + 1), limit);
      return { items, nextCursor: last && encodeCursor({ id: last.id }) };
    },
  );

  app.post(
    `${API_BASE}/auth/impersonate`,
    {
      config: { access: ['admin'] },
      schema: {
        body: impersonateBodySchema,
        response: answers({ 200: impersonateAnswerSchema }, 400, 401, 403, 404),
      },
    },
    (request) => sessions.impersonate(principalOf(request), request.body.userId),
  );
}

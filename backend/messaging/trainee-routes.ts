import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { LIST_PAGE_SIZE } from '../../shared/limits.ts';
import { API_BASE, traineeAnswerSchema, traineesAnswerSchema } from '../../shared/wire/rest.ts';
import { principalOf } from '../accounts/authentication.ts';
import { answers, idParams, noContent, pageQuery } from '../operations/route-schemas.ts';
import type { Trainees } from './trainees.ts';

/** Routes of a trainer's own trainees. */
export function registerTraineeRoutes(
  instance: FastifyInstance,
  parts: { readonly trainees: Trainees },
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { trainees } = parts;
  const config = { access: ['trainer'] } as const;
  const byNumber = { ...config, isByNumber: true };

  app.get(
    `${API_BASE}/trainees`,
    {
      config,
      schema: {
        querystring: pageQuery(LIST_PAGE_SIZE),
        response: answers({ 200: traineesAnswerSchema }, 400, 401, 403, 429),
      },
    },
    (request) =>
      trainees.list(principalOf(request).user.id, request.query.cursor ?? null, request.query.limit),
  );

  app.get(
    `${API_BASE}/trainees/:id`,
    {
      config: byNumber,
      schema: {
        params: idParams,
        response: answers({ 200: traineeAnswerSchema }, 401, 403, 404, 412, 429),
      },
    },
    async (request) => ({ trainee: await trainees.detail(principalOf(request).user.id, request.params.id) }),
  );

  app.delete(
    `${API_BASE}/trainees/:id`,
    {
      config: byNumber,
      schema: { params: idParams, response: answers({ 204: noContent }, 401, 403, 404, 412) },
    },
    async (request, reply) => {
      await trainees.remove(principalOf(request).user.id, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { API_BASE, deviceAnswerSchema, deviceBodySchema } from '../../shared/wire/rest.ts';
import { principalOf } from '../accounts/authentication.ts';
import { answers, noContent } from '../operations/route-schemas.ts';
import type { Devices } from './devices.ts';

const tokenParams = deviceBodySchema.pick({ token: true });

/** Routes under `/api/push`. */
export function registerPushRoutes(
  instance: FastifyInstance,
  { devices }: { readonly devices: Devices },
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.post(
    `${API_BASE}/push/devices`,
    { schema: { body: deviceBodySchema, response: answers({ 201: deviceAnswerSchema }, 400, 401, 403) } },
    async (request, reply) => {
      const { user, sessionId } = principalOf(request);
      const device = await devices.register({ ...request.body, userId: user.id, sessionId });
      return reply.code(201).send({ device });
    },
  );

  app.delete(
    `${API_BASE}/push/devices/:token`,
    { schema: { params: tokenParams, response: answers({ 204: noContent }, 401, 403, 404) } },
    async (request, reply) => {
      await devices.forget(principalOf(request).user.id, request.params.token);
      return reply.code(204).send(null);
    },
  );
}

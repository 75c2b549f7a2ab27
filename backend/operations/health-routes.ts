import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from '../../shared/schema.ts';
import type { Database } from '../storage/database.ts';
import type { Draining } from './draining.ts';
import type { Redis } from './redis.ts';

const healthSchema = z.object({ status: z.literal('ok') });
const readinessSchema = z.object({
  status: z.enum(['ready', 'draining', 'unavailable']),
  checks: z.object({
    database: z.enum(['ok', 'unavailable']),
    redis: z.enum(['ok', 'unavailable', 'not used']),
    push: z.enum(['ok', 'not configured']),
  }),
});

async function answersQueries(database: Database): Promise<boolean> {
  try {
    await sql`select 1`.execute(database.read);
    return true;
  } catch {
    return false;
  }
}

/** `/healthz`: the process lives. `/readyz`: it can serve; it can without Redis, only less quickly. */
export function registerHealthRoutes(
  instance: FastifyInstance,
  parts: {
    readonly database: Database;
    readonly redis: Redis | null;
    readonly draining: Draining;
    readonly isPushConfigured: boolean;
  },
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const config = { access: 'open' } as const;
  const push = parts.isPushConfigured ? 'ok' : 'not configured';

  app.get('/healthz', { config, schema: { security: [], response: { 200: healthSchema } } }, () =>
    Promise.resolve({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    { config, schema: { security: [], response: { 200: readinessSchema, 503: readinessSchema } } },
    async (_request, reply) => {
      const redis = !parts.redis ? 'not used' : parts.redis.isAvailable() ? 'ok' : 'unavailable';
      const database = (await answersQueries(parts.database)) ? 'ok' : 'unavailable';
      const checks = { database, redis, push } as const;
      if (database === 'ok' && !parts.draining.isActive) {
        return reply.code(200).send({ status: 'ready', checks });
      }
      reply.header('retry-after', 1);
      return reply.code(503).send({ status: database === 'ok' ? 'draining' : 'unavailable', checks });
    },
  );
}

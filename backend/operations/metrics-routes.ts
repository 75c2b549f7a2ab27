import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from '../../shared/schema.ts';
import { notFound, unauthenticated } from './api-error.ts';
import type { Metrics } from './metrics.ts';
import { refusals } from './route-schemas.ts';

/** Compares in a time that does not tell how much of the token was right. */
function isSameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function givenToken(request: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

const prometheusText = {
  description: 'Figures in the text format of Prometheus',
  content: { 'text/plain': { schema: z.string() } },
};

/** `/metrics` for whoever has the token (`METRICS_TOKEN`); without one there is no such page. */
export function registerMetricsRoute(
  instance: FastifyInstance,
  parts: { readonly metrics: Metrics; readonly token: string | null },
): void {
  const { metrics, token } = parts;
  instance.withTypeProvider<ZodTypeProvider>().get(
    '/metrics',
    {
      config: { access: 'open' },
      schema: {
        security: [{ metricsToken: [] }],
        response: { ...refusals(401, 404, 500), 200: prometheusText },
      },
    },
    async (request, reply) => {
      if (token === null) throw notFound();
      if (!isSameToken(givenToken(request), token)) throw unauthenticated();
      return reply.type(metrics.contentType).send(await metrics.text());
    },
  );
}

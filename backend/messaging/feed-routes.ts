import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { FEED_PAGE_SIZE, PAGE_MAX } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import { uuidSchema } from '../../shared/wire/entities.ts';
import { API_BASE, feedAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { PARTICIPANTS, principalOf } from '../accounts/authentication.ts';
import { answers, limitText, numberText, pageQuery } from '../operations/route-schemas.ts';
import type { Feed } from './feed.ts';
import { viewerOf } from './viewer.ts';

const feedQuery = z.object({
  epoch: uuidSchema,
  after: numberText,
  limit: limitText(FEED_PAGE_SIZE, PAGE_MAX),
});

/** Routes by which a client catches up. */
export function registerFeedRoutes(instance: FastifyInstance, parts: { readonly feed: Feed }): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const config = { access: PARTICIPANTS };

  app.get(
    `${API_BASE}/messaging/feed`,
    {
      config,
      schema: {
        querystring: feedQuery,
        response: answers({ 200: feedAnswerSchema }, 400, 401, 403, 410, 429),
      },
    },
    (request) => {
      const { epoch, after, limit } = request.query;
      return parts.feed.read(viewerOf(principalOf(request).user), epoch, after, limit);
    },
  );

  app.get(
    `${API_BASE}/messaging/snapshot`,
    {
      config,
      schema: {
        querystring: pageQuery(PAGE_MAX),
        response: answers({ 200: snapshotAnswerSchema }, 400, 401, 403, 429),
      },
    },
    (request) => {
      const { cursor, limit } = request.query;
      return parts.feed.snapshot(viewerOf(principalOf(request).user), cursor ?? null, limit);
    },
  );
}

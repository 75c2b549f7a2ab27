import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { LIST_PAGE_SIZE, MESSAGE_PAGE_MAX, MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import {
  API_BASE,
  conversationAnswerSchema,
  conversationsAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  readAnswerSchema,
  readBodySchema,
  sendBodySchema,
  startAnswerSchema,
  startBodySchema,
  unreadAnswerSchema,
} from '../../shared/wire/rest.ts';
import { PARTICIPANTS, principalOf } from '../accounts/authentication.ts';
import { answers, idParams, limitText, numberText, pageQuery } from '../operations/route-schemas.ts';
import type { Conversations } from './conversations.ts';
import type { Sending } from './sending.ts';
import { viewerOf } from './viewer.ts';

const messagesQuery = z.object({
  before: numberText.refine((seq) => seq > 0).optional(),
  limit: limitText(MESSAGE_PAGE_SIZE, MESSAGE_PAGE_MAX),
});

/** How a message can be refused, whichever door it comes through. */
const SENDING_REFUSALS = [400, 401, 403, 404, 409, 412, 429];

/** Routes of conversations, their messages and read marks. */
export function registerMessagingRoutes(
  instance: FastifyInstance,
  parts: { readonly conversations: Conversations; readonly sending: Sending },
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { conversations, sending } = parts;
  const base = `${API_BASE}/messaging`;
  const config = { access: PARTICIPANTS };
  const byNumber = { ...config, isByNumber: true };

  app.get(
    `${base}/conversations`,
    {
      config,
      schema: {
        querystring: pageQuery(LIST_PAGE_SIZE),
        response: answers({ 200: conversationsAnswerSchema }, 400, 401, 403, 429),
      },
    },
    (request) => {
      const { cursor, limit } = request.query;
      return conversations.list(viewerOf(principalOf(request).user), cursor ?? null, limit);
    },
  );

  app.post(
    `${base}/conversations`,
    {
      config: { access: ['trainer'], isByNumber: true },
      schema: {
        body: startBodySchema,
        response: answers({ 200: startAnswerSchema, 201: startAnswerSchema }, ...SENDING_REFUSALS),
      },
    },
    async (request, reply) => {
      const { traineeId, ...draft } = request.body;
      const outcome = await sending.start(viewerOf(principalOf(request).user), traineeId, draft);
      const { conversation, message, isNewConversation: created } = outcome;
      request.feedSeq = outcome.feedSeq;
      return reply.code(outcome.isRepeat ? 200 : 201).send({ conversation, message, created });
    },
  );

  app.get(
    `${base}/conversations/:id`,
    {
      config: byNumber,
      schema: {
        params: idParams,
        response: answers({ 200: conversationAnswerSchema }, 401, 403, 404, 412, 429),
      },
    },
    async (request) => ({
      conversation: await conversations.get(viewerOf(principalOf(request).user), request.params.id),
    }),
  );

  app.get(
    `${base}/conversations/:id/messages`,
    {
      config: byNumber,
      schema: {
        params: idParams,
        querystring: messagesQuery,
        response: answers({ 200: messagesAnswerSchema }, 400, 401, 403, 404, 412, 429),
      },
    },
    (request) => {
      const { before, limit } = request.query;
      return conversations.messages(
        viewerOf(principalOf(request).user),
        request.params.id,
        before ?? null,
        limit,
      );
    },
  );

  app.post(
    `${base}/conversations/:id/messages`,
    {
      config: byNumber,
      schema: {
        params: idParams,
        body: sendBodySchema,
        response: answers({ 200: messageAnswerSchema, 201: messageAnswerSchema }, ...SENDING_REFUSALS),
      },
    },
    async (request, reply) => {
      const { message, isRepeat, feedSeq } = await sending.send(
        viewerOf(principalOf(request).user),
        request.params.id,
        request.body,
      );
      request.feedSeq = feedSeq;
      return reply.code(isRepeat ? 200 : 201).send({ message });
    },
  );

  app.post(
    `${base}/conversations/:id/read`,
    {
      config: byNumber,
      schema: {
        params: idParams,
        body: readBodySchema,
        response: answers({ 200: readAnswerSchema }, 400, 401, 403, 404, 412),
      },
    },
    async (request) => ({
      readSeq: await conversations.markRead(
        viewerOf(principalOf(request).user),
        request.params.id,
        request.body.upToSeq,
      ),
    }),
  );

  app.get(
    `${base}/unread-count`,
    { config, schema: { response: answers({ 200: unreadAnswerSchema }, 401, 403, 429) } },
    async (request) => ({
      unreadCount: await conversations.unreadCount(viewerOf(principalOf(request).user)),
    }),
  );
}

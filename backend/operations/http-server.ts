import { randomUUID } from 'node:crypto';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { BODY_MAX_BYTES, PUSH_TOKEN_MAX_LENGTH } from '../../shared/limits.ts';
import { limitAnswers } from './answer-deadline.ts';
import { installErrorAnswers, sendError } from './error-answers.ts';
import type { Metrics } from './metrics.ts';
import { requestReport } from './request-report.ts';
import { answerUnreadable } from './unreadable-requests.ts';

/** No request takes longer, neither to arrive nor to be answered. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node looks for requests that are late; its own choice, 30 s, would let them hang for as long. */
const LATENESS_CHECK_MS = 500;

/** The bare HTTP server: JSON in and out, one error shape, a request id on every answer, one log line each. */
export function createHttpServer(
  logger: FastifyBaseLogger,
  metrics: Metrics,
  trustedProxies: readonly string[],
): FastifyInstance {
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS - LATENESS_CHECK_MS,
    http: {
      headersTimeout: REQUEST_TIMEOUT_MS - LATENESS_CHECK_MS,
      connectionsCheckingInterval: LATENESS_CHECK_MS,
    },
    // The longest parameter is a device's token, in which a character may be written as three.
    routerOptions: { maxParamLength: 3 * PUSH_TOKEN_MAX_LENGTH },
    forceCloseConnections: 'idle',
    // What comes while the server closes was sent in good faith, and is answered like anything else.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      void sendError(error, request, reply.header('x-request-id', request.id));
    },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, logger),
  });

  app.setValidatorCompiler(validatorCompiler);
  // Answers are built from typed values; the tests hold them against the schemas.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));

  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients put this header also on requests that have no body.
    if (body === '') done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  const report = requestReport(metrics);
  app.addHook('onResponse', async (request, reply) => report(request, reply));
  limitAnswers(app, REQUEST_TIMEOUT_MS);
  installErrorAnswers(app);
  return app;
}

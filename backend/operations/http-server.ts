import { randomUUID } from 'node:crypto';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { BODY_MAX_BYTES, PUSH_TOKEN_MAX_LENGTH } from '../../shared/limits.ts';
import { installErrorAnswers, sendError } from './error-answers.ts';
import { answerUnreadable } from './unreadable-requests.ts';
import type { Metrics } from './metrics.ts';

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
    handlerTimeout: REQUEST_TIMEOUT_MS,
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
  app.addHook('onResponse', async (request, reply) => {
    const { method, failure } = request;
    const { url: route } = request.routeOptions;
    const { statusCode: status, elapsedTime } = reply;
    metrics.requestAnswered({ method, route, status, seconds: elapsedTime / 1_000 });
    const milliseconds = Math.round(elapsedTime * 10) / 10;
    const userId = request.principal?.user.id;
    const line = { method, route, status, milliseconds, ...(userId !== undefined && { userId }) };
    if (failure === null) request.log.info(line, 'request');
    else request.log.error({ ...line, err: failure.error }, 'request failed');
  });
  installErrorAnswers(app);
  return app;
}

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { ServerErrorCode } from '../../shared/wire/rest.ts';
import { isDatabaseUnavailable } from '../storage/open.ts';
import { ApiError, invalidInput, notFound } from './api-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the server failed with, for the log; null when the request was answered, or refused, as it should be. */
    failure: { readonly error: unknown } | null;
  }
}

/** Body of every answer that is an error. */
export function errorBody(code: ServerErrorCode, message: string) {
  return { error: { code, message } };
}

const UNAVAILABLE = new ApiError(503, 'unavailable', 'The server is busy. Try again in a moment.');
const INTERNAL = new ApiError(500, 'internal', 'Something went wrong on the server.');

/** What the framework refuses by itself, by its error code. */
const FRAMEWORK_REFUSALS: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new ApiError(413, 'payload_too_large', 'The request is larger than 16 KiB.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new ApiError(
    415,
    'unsupported_media_type',
    'Send JSON as application/json.',
  ),
  FST_ERR_BAD_URL: notFound(),
};

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

/** Turns anything thrown into the refusal that the caller may know; nothing of its text is passed on. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    // An id in the path that is no id names nothing, as an unknown one does.
    if (error.validationContext === 'params') return notFound();
    const fields = [
      ...new Set(error.validation.map((issue) => issue.instancePath.split('/')[1] ?? '')),
    ].filter(Boolean);
    return invalidInput(
      fields.length > 0
        ? `Missing or wrong: ${fields.join(', ')}.`
        : 'The request does not have the right shape.',
    );
  }
  if (isDatabaseUnavailable(error)) return UNAVAILABLE;
  if (isFrameworkError(error)) {
    const known = FRAMEWORK_REFUSALS[error.code];
    if (known) return known;
    if (error.statusCode !== undefined && error.statusCode < 500)
      return invalidInput('The request cannot be read.');
  }
  return INTERNAL;
}

/** Answers with the refusal that belongs to an error. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = toApiError(error);
  // The one line of the request in the log tells of it.
  if (refusal.status >= 500) request.failure = { error };
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer');
  if (refusal.status === 503) reply.header('retry-after', 1);
  if (refusal.limit) {
    const { name, quota, windowSeconds, retryAfterSeconds } = refusal.limit;
    reply.headers({
      'retry-after': retryAfterSeconds,
      'ratelimit-policy': `"${name}";q=${quota};w=${windowSeconds}`,
      ratelimit: `"${name}";r=0;t=${retryAfterSeconds}`,
    });
  }
  return reply.code(refusal.status).send(errorBody(refusal.code, refusal.message));
}

/** Gives every error and every unknown path the one shape of the protocol. */
export function installErrorAnswers(app: FastifyInstance): void {
  app.decorateRequest('failure', null);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => sendError(notFound(), request, reply));
}

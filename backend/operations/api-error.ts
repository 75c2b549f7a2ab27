import type { ServerErrorCode } from '../../shared/wire/rest.ts';

/** What a limit tells the client with a 429. */
export interface LimitState {
  readonly name: string;
  /** Requests in a window. */
  readonly quota: number;
  readonly windowSeconds: number;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

/** A refusal that the caller is told about; everything else that is thrown becomes `internal`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ServerErrorCode;
  readonly limit: LimitState | null;

  constructor(status: number, code: ServerErrorCode, message: string, limit: LimitState | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.limit = limit;
  }
}

/** 400: the request has the wrong shape; `message` says what to mend. */
export function invalidInput(message: string): ApiError {
  return new ApiError(400, 'invalid_input', message);
}

/** 401: no access token, or one that is not valid any more. */
export function unauthenticated(): ApiError {
  return new ApiError(401, 'unauthenticated', 'Sign in to go on.');
}

/** 401: the session is over; only signing in again helps. */
export function sessionEnded(): ApiError {
  return new ApiError(401, 'session_ended', 'Your session has ended. Sign in again.');
}

/** 403: another role's door. */
export function forbiddenRole(): ApiError {
  return new ApiError(403, 'forbidden_role', 'Your role cannot do this.');
}

/** 403: the trainer writes to a trainee who was removed. */
export function conversationArchived(): ApiError {
  return new ApiError(403, 'conversation_archived', 'This trainee has been removed.');
}

/** 404, the same for what does not exist and for what is not the caller's. */
export function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'There is nothing here.');
}

/** 429. */
export function rateLimited(limit: LimitState): ApiError {
  return new ApiError(
    429,
    'rate_limited',
    `Slow down. Try again in ${limit.retryAfterSeconds} second${limit.retryAfterSeconds === 1 ? '' : 's'}.`,
    limit,
  );
}

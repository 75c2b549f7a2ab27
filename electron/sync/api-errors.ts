/** What can go wrong between the app and the server, put into the house's closed list of errors. */
import type { ClientError, ClientErrorCode } from '../../shared/errors.ts';

/** Why a request did not give what was asked for. */
export interface ApiFailure {
  readonly error: ClientError;
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  /** `error.code` of the server's answer; null when it was not an answer of a messaging server. */
  readonly serverCode: string | null;
}

const NOT_MESSAGING_SERVER: ClientError = {
  code: 'not_messaging_server',
};
const SERVER_ERROR: ClientError = {
  code: 'server_error',
};
const DEFAULT_RETRY_AFTER_SECONDS = 5;
/** Shorter waits than this are none: an answer of 0 s must not make the app ask in a tight loop. */
const LEAST_RETRY_AFTER_SECONDS = 1;

const CODE_BY_SERVER_CODE: Readonly<Record<string, ClientErrorCode>> = {
  invalid_input: 'invalid_input',
  invalid_credentials: 'invalid_credentials',
  unauthenticated: 'not_signed_in',
  session_ended: 'session_ended',
  forbidden_role: 'forbidden',
  impersonation_read_only: 'impersonation_read_only',
  conversation_archived: 'conversation_archived',
  not_found: 'not_found',
  idempotency_mismatch: 'idempotency_mismatch',
  epoch_changed: 'server_restored',
  payload_too_large: 'invalid_input',
  unsupported_media_type: 'invalid_input',
  rate_limited: 'rate_limited',
};

/** An answer that no messaging server gives: HTML, a redirect, other JSON. */
export function foreignAnswer(status: number, waitSeconds: number): ApiFailure {
  // What stands in front of the server may slow the app down as well, with a page of its own.
  if (status === 429) return { error: rateLimited(waitSeconds), status, serverCode: null };
  return { error: status >= 500 ? SERVER_ERROR : NOT_MESSAGING_SERVER, status, serverCode: null };
}

/** The server's own refusal. */
export function refusedAnswer(
  status: number,
  body: { readonly code: string },
  waitSeconds: number,
): ApiFailure {
  if (status >= 500) return { error: SERVER_ERROR, status, serverCode: body.code };
  const code = status === 429 ? 'rate_limited' : (CODE_BY_SERVER_CODE[body.code] ?? 'unexpected');
  const error: ClientError = code === 'rate_limited' ? rateLimited(waitSeconds) : { code };
  return { error, status, serverCode: body.code };
}

/** The server is not asked at all, because it wanted to be left in peace for so much longer. */
export function stillLimited(waitSeconds: number): ApiFailure {
  return { error: rateLimited(waitSeconds), status: 429, serverCode: 'rate_limited' };
}

function rateLimited(retryAfterSeconds: number): ClientError {
  return { code: 'rate_limited', retryAfterSeconds };
}

/**
 * Seconds to wait by an answer's `Retry-After`, which is a number of seconds or a date.
 * @param date the answer's `Date`, which says what the sender of the answer takes for now
 */
export function secondsToWait(retryAfter: string | null, date: string | null): number {
  if (retryAfter === null) return DEFAULT_RETRY_AFTER_SECONDS;
  const seconds = /^\d{1,6}$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.parse(date ?? '')) / 1_000);
  return Number.isFinite(seconds)
    ? Math.max(LEAST_RETRY_AFTER_SECONDS, seconds)
    : DEFAULT_RETRY_AFTER_SECONDS;
}

/** No answer came: `isTimeout` when we stopped waiting, otherwise by what `fetch` threw. */
export function noAnswer(thrown: unknown, isTimeout: boolean): ApiFailure {
  const hints = isTimeout ? 'TIMEOUT' : hintsOf(thrown);
  return { error: networkError(hints), status: null, serverCode: null };
}

function networkError(hints: string): ClientError {
  if (/\bPROXY_\d/.test(hints)) return { code: 'proxy_refused' };
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ALTNAME/.test(hints)) {
    return {
      code: 'certificate',
    };
  }
  if (/TIMEOUT|TIMED_OUT|ETIMEDOUT/.test(hints)) {
    return { code: 'timeout' };
  }
  return {
    code: 'unreachable',
  };
}

/** Codes and Chromium's `net::ERR_…` texts along the chain of causes, in upper case. */
function hintsOf(thrown: unknown): string {
  const hints: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    if ('code' in current) hints.push(String(current.code));
    hints.push(current.message);
    current = current.cause;
  }
  return hints.join(' ').toUpperCase();
}

/**
 * True when the same request may succeed later: no answer, 408, 5xx, a redirect, an answer that is not a
 * messaging server's (a captive portal, a proxy), or one of a restored server, whose numbers are to be learnt
 * first.
 */
export function isTransient({ status, serverCode }: ApiFailure): boolean {
  if (status === null || serverCode === null) return true;
  return status === 408 || status === 412 || status >= 500 || status < 400;
}

/** True when it may also succeed once a token has been renewed or a limit is over. */
export function isTemporary(failure: ApiFailure): boolean {
  return failure.status === 401 || failure.status === 429 || isTransient(failure);
}

/** The only user of `fetch`: one request to the server, its answer checked by schema. */
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { z } from '../../shared/schema.ts';
import { cursorSchema, type Cursor } from '../../shared/wire/feed.ts';
import { API_BASE, EPOCH_HEADER, errorBodySchema } from '../../shared/wire/rest.ts';
import type { Clock } from '../engine-api.ts';
import { foreignAnswer, noAnswer, refusedAnswer, secondsToWait, type ApiFailure } from './api-errors.ts';

export type ApiResult<T> = Result<T, ApiFailure>;

/** What became of a request whose answer has this schema. */
export type Answer<Schema extends z.ZodType> = Promise<ApiResult<z.infer<Schema>>>;

/** What each answer tells besides its body. */
export interface Exchange {
  /** The server's feed head for this user, when the answer carried it. */
  readonly head: Cursor | null;
  /** The server's clock, in milliseconds since 1970, to the second; null without a `Date` header. */
  readonly serverTime: number | null;
}

/** The way to one server. */
export interface Transport {
  /** Origin of the server, e.g. `https://messages.example.com`. */
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Told about every answer of the messaging server, before the caller gets it. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Told when a request got no answer in time: its connection may be dead, and others with it. */
  readonly onTimeout?: () => void;
}

/** One request. */
export interface Request<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the interface's base path, with its query. */
  readonly path: string;
  /** What the answer's body has to be. */
  readonly schema: Schema;
  readonly body?: unknown;
  readonly token?: string;
  /** The epoch that a number in the path or body is from; another server than that refuses. */
  readonly epoch?: string | null;
}

/** The schema of an answer without a body. */
export const noBodySchema = z.undefined();

/** How long a request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Makes a request; it answers within {@link REQUEST_TIMEOUT_MS} and never rejects. */
export async function exchange<Schema extends z.ZodType>(
  transport: Transport,
  request: Request<Schema>,
): Answer<Schema> {
  const abort = new AbortController();
  const cancelTimeout = transport.clock.after(REQUEST_TIMEOUT_MS, () => abort.abort());
  try {
    const response = await transport.fetch(`${transport.origin}${API_BASE}${request.path}`, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(typeof request.epoch === 'string' ? { [EPOCH_HEADER]: request.epoch } : {}),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
      signal: abort.signal,
    });
    return await readAnswer(transport, request, response);
  } catch (thrown) {
    if (abort.signal.aborted) transport.onTimeout?.();
    return fail(noAnswer(thrown, abort.signal.aborted));
  } finally {
    cancelTimeout();
  }
}

async function readAnswer<Schema extends z.ZodType>(
  transport: Transport,
  request: Request<Schema>,
  response: Response,
): Answer<Schema> {
  const text = await response.text();
  const json = parseJson(response, text);
  if (!response.ok) {
    const wait = secondsToWait(response.headers.get('retry-after'), response.headers.get('date'));
    const body = errorBodySchema.safeParse(json);
    if (!body.success) return fail(foreignAnswer(response.status, wait));
    transport.onExchange?.(exchangeOf(response));
    return fail(refusedAnswer(response.status, body.data.error, wait));
  }
  const value = request.schema.safeParse(json);
  if (!value.success) return fail(foreignAnswer(response.status, 0));
  transport.onExchange?.(exchangeOf(response));
  return ok(value.data);
}

function parseJson(response: Response, text: string): unknown {
  if (!/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exchangeOf(response: Response): Exchange {
  const [epoch, feedSeq] = (response.headers.get('x-feed-head') ?? '').split(':');
  const head = cursorSchema.safeParse({ epoch, feedSeq: Number(feedSeq) });
  const serverTime = Date.parse(response.headers.get('date') ?? '');
  return { head: head.success ? head.data : null, serverTime: Number.isNaN(serverTime) ? null : serverTime };
}

/** The error for a person, without what only the network layer needs. */
export function flat<T>(result: ApiResult<T>): Result<T, ClientError> {
  return result.ok ? result : fail(result.error.error);
}

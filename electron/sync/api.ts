/** The only user of `fetch`: the server's REST interface, typed and checked by the shared schemas. */
import type { ClientError } from '../../shared/errors.ts';
import { FEED_PAGE_SIZE, PAGE_MAX } from '../../shared/limits.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { z } from '../../shared/schema.ts';
import type { TraineeDetail } from '../../shared/wire/entities.ts';
import { cursorSchema, type Cursor } from '../../shared/wire/feed.ts';
import {
  API_BASE,
  EPOCH_HEADER,
  errorBodySchema,
  loginAnswerSchema,
  type LoginAnswer,
  messageAnswerSchema,
  messagesAnswerSchema,
  readAnswerSchema,
  receivedFeedAnswerSchema,
  snapshotAnswerSchema,
  type SnapshotAnswer,
  startAnswerSchema,
  tokensSchema,
  type Tokens,
  traineeAnswerSchema,
} from '../../shared/wire/rest.ts';
import type { Clock } from '../engine-api.ts';
import {
  foreignAnswer,
  noAnswer,
  refusedAnswer,
  secondsToWait,
  stillLimited,
  type ApiFailure,
} from './api-errors.ts';

export type ApiResult<T> = Result<T, ApiFailure>;

/** Where requests get their access token. */
export interface TokenSource {
  /** The access token to use, or why there is none. */
  current(): Promise<Result<string, ClientError>>;
  /** A token newer than `stale`, which the server just refused. */
  renew(stale: string): Promise<Result<string, ClientError>>;
}

/** What each answer tells besides its body. */
export interface Exchange {
  /** The server's feed head for this user, when the answer carried it. */
  readonly head: Cursor | null;
  /** The server's clock, in milliseconds since 1970, to the second; null without a `Date` header. */
  readonly serverTime: number | null;
}

export interface ApiParts {
  /** Origin of the server, e.g. `https://messages.example.com`. */
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly tokens: TokenSource;
  /** The epoch that the numbers of conversations and people are from; null or absent when none are known. */
  readonly epoch?: () => string | null;
  /** Told about every answer of the messaging server, before the caller gets it. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Told when a request got no answer in time: its connection may be dead, and others with it. */
  readonly onTimeout?: () => void;
}

type MessageBody = { readonly clientMessageId: string; readonly content: string };
type Answer<Schema extends z.ZodType> = Promise<ApiResult<z.infer<Schema>>>;

/** The REST interface. Every call answers within {@link REQUEST_TIMEOUT_MS}, twice that after a 401. */
export interface Api {
  feed(after: Cursor): Answer<typeof receivedFeedAnswerSchema>;
  snapshot(pageCursor: string | null, limit?: number): Promise<ApiResult<SnapshotAnswer>>;
  /** Messages below `before`, or the newest ones. */
  messages(conversationId: number, before: number | null, limit: number): Answer<typeof messagesAnswerSchema>;
  send(conversationId: number, body: MessageBody): Answer<typeof messageAnswerSchema>;
  /** Sends to a trainee, creating the conversation if needed. */
  start(traineeId: number, body: MessageBody): Answer<typeof startAnswerSchema>;
  read(conversationId: number, upToSeq: number): Answer<typeof readAnswerSchema>;
  trainee(traineeId: number): Promise<ApiResult<TraineeDetail>>;
  /** Revokes the session of the current token. */
  logout(): Promise<ApiResult<null>>;
}

/** How long a request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

const noBodySchema = z.undefined();

interface Request<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly schema: Schema;
  readonly body?: unknown;
  readonly token?: string;
  /** The epoch that a number in the path or body is from; another server than that refuses. */
  readonly epoch?: string | null;
}

type Transport = Pick<ApiParts, 'origin' | 'fetch' | 'clock' | 'onExchange' | 'onTimeout'>;

/** Exchanges an e-mail address and a password for tokens. */
export function login(
  transport: Transport,
  body: { readonly email: string; readonly password: string },
): Promise<ApiResult<LoginAnswer>> {
  return exchange(transport, { method: 'POST', path: '/auth/login', schema: loginAnswerSchema, body });
}

/** Exchanges a refresh token for new tokens. */
export function refresh(transport: Transport, refreshToken: string): Promise<ApiResult<Tokens>> {
  const request = {
    method: 'POST',
    path: '/auth/refresh',
    schema: tokensSchema,
    body: { refreshToken },
  } as const;
  return exchange(transport, request);
}

/** Creates the interface for one signed-in user. */
export function createApi(parts: ApiParts): Api {
  /** Monotonic milliseconds until which the server asked to be left in peace. */
  let notBefore = 0;

  /** A request that names a conversation or a person by number. */
  function byNumber<Schema extends z.ZodType>(request: Request<Schema>): Request<Schema> {
    return { ...request, epoch: parts.epoch?.() ?? null };
  }

  async function call<Schema extends z.ZodType>(request: Request<Schema>): Answer<Schema> {
    const token = await parts.tokens.current();
    if (!token.ok) return withoutToken(token.error);
    const answer = await exchange(parts, { ...request, token: token.value });
    if (answer.ok || answer.error.status !== 401) return answer;
    const renewed = await parts.tokens.renew(token.value);
    if (!renewed.ok) return withoutToken(renewed.error);
    return exchange(parts, { ...request, token: renewed.value });
  }

  /** The same for what the app asks by itself, again and again; the sender of messages keeps its own pause. */
  async function callWhenWelcome<Schema extends z.ZodType>(request: Request<Schema>): Answer<Schema> {
    const waitMs = notBefore - parts.clock.monotonic();
    if (waitMs > 0) return fail(stillLimited(Math.ceil(waitMs / 1_000)));
    const answer = await call(request);
    const seconds = answer.ok ? undefined : answer.error.error.retryAfterSeconds;
    if (seconds !== undefined) notBefore = Math.max(notBefore, parts.clock.monotonic() + seconds * 1_000);
    return answer;
  }

  return {
    feed: ({ epoch, feedSeq }) =>
      callWhenWelcome({
        method: 'GET',
        path: `/messaging/feed?${new URLSearchParams({
          epoch,
          after: String(feedSeq),
          limit: String(FEED_PAGE_SIZE),
        })}`,
        schema: receivedFeedAnswerSchema,
      }),
    snapshot: (pageCursor, limit = PAGE_MAX) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (pageCursor !== null) query.set('cursor', pageCursor);
      return callWhenWelcome({
        method: 'GET',
        path: `/messaging/snapshot?${query}`,
        schema: snapshotAnswerSchema,
      });
    },
    messages: (conversationId, before, limit) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (before !== null) query.set('before', String(before));
      const path = `/messaging/conversations/${conversationId}/messages?${query}`;
      return call(byNumber({ method: 'GET', path, schema: messagesAnswerSchema }));
    },
    send: (conversationId, body) => {
      const path = `/messaging/conversations/${conversationId}/messages`;
      return call(byNumber({ method: 'POST', path, schema: messageAnswerSchema, body }));
    },
    start: (traineeId, body) =>
      call(
        byNumber({
          method: 'POST',
          path: '/messaging/conversations',
          schema: startAnswerSchema,
          body: { traineeId, ...body },
        }),
      ),
    read: (conversationId, upToSeq) => {
      const path = `/messaging/conversations/${conversationId}/read`;
      return callWhenWelcome(byNumber({ method: 'POST', path, schema: readAnswerSchema, body: { upToSeq } }));
    },
    trainee: async (traineeId) => {
      const path = `/trainees/${traineeId}`;
      const answer = await call(byNumber({ method: 'GET', path, schema: traineeAnswerSchema }));
      return answer.ok ? ok(answer.value.trainee) : answer;
    },
    logout: async () => {
      const answer = await call({ method: 'POST', path: '/auth/logout', schema: noBodySchema });
      return answer.ok ? ok(null) : answer;
    },
  };
}

/** Why there is no token is why there is no answer; it counts as transient unless the session is over. */
function withoutToken(error: ClientError): ApiResult<never> {
  const isOver = error.code === 'session_ended';
  return fail({ error, status: isOver ? 401 : null, serverCode: isOver ? 'session_ended' : null });
}

async function exchange<Schema extends z.ZodType>(
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

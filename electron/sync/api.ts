/** The server's REST interface, typed and checked by the shared schemas. */
import type { ClientError } from '../../shared/errors.ts';
import { FEED_PAGE_SIZE, PAGE_MAX } from '../../shared/limits.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { z } from '../../shared/schema.ts';
import type { TraineeDetail } from '../../shared/wire/entities.ts';
import type { Cursor } from '../../shared/wire/feed.ts';
import {
  messageAnswerSchema,
  messagesAnswerSchema,
  readAnswerSchema,
  receivedFeedAnswerSchema,
  snapshotAnswerSchema,
  type SnapshotAnswer,
  startAnswerSchema,
  traineeAnswerSchema,
} from '../../shared/wire/rest.ts';
import { stillLimited } from './api-errors.ts';
import { createCall, type TokenSource } from './authorised.ts';
import { noBodySchema, type Answer, type ApiResult, type Request, type Transport } from './exchange.ts';

export interface ApiParts extends Transport {
  readonly tokens: TokenSource;
  /** The epoch that the numbers of conversations and people are from; null or absent when none are known. */
  readonly epoch?: () => string | null;
}

type MessageBody = { readonly clientMessageId: string; readonly content: string };

/** The REST interface. Every call answers within ten seconds, twice that after a 401. */
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
  /** Ends the relation and archives the conversation; for trainers. */
  removeTrainee(traineeId: number): Promise<ApiResult<null>>;
}

/** Creates the interface for one signed-in user. */
export function createApi(parts: ApiParts): Api {
  const call = createCall(parts, parts.tokens);
  /** Monotonic milliseconds until which the server asked to be left in peace. */
  let notBefore = 0;

  /** A request that names a conversation or a person by number. */
  function byNumber<Schema extends z.ZodType>(request: Request<Schema>): Request<Schema> {
    return { ...request, epoch: parts.epoch?.() ?? null };
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
    removeTrainee: async (traineeId) => {
      const path = `/trainees/${traineeId}`;
      const answer = await call(byNumber({ method: 'DELETE', path, schema: noBodySchema }));
      return answer.ok ? ok(null) : answer;
    },
  };
}

/** The `serverId` of the server, asked with a fresh access token. */
export async function identifyServer(transport: Transport, accessToken: string): Promise<ApiResult<string>> {
  const token = async (): Promise<Result<string, ClientError>> => ok(accessToken);
  const answer = await createApi({ ...transport, tokens: { current: token, renew: token } }).snapshot(
    null,
    1,
  );
  return answer.ok ? ok(answer.value.serverId) : answer;
}

/** The server's REST interface as the app uses it, straight on the services: what fastify does around them. */
import type { Principal, Sessions } from '../../backend/accounts/sessions.ts';
import type { Conversations } from '../../backend/messaging/conversations.ts';
import type { Feed } from '../../backend/messaging/feed.ts';
import { findFeedHead } from '../../backend/messaging/feed-repository.ts';
import type { Sending } from '../../backend/messaging/sending.ts';
import type { Trainees } from '../../backend/messaging/trainees.ts';
import { viewerOf } from '../../backend/messaging/viewer.ts';
import { notFound, unauthenticated } from '../../backend/operations/api-error.ts';
import { checkEpoch } from '../../backend/operations/epoch-check.ts';
import { errorBody, toApiError } from '../../backend/operations/error-answers.ts';
import type { Database } from '../../backend/storage/database.ts';
import {
  loginBodySchema,
  readBodySchema,
  refreshBodySchema,
  sendBodySchema,
  startBodySchema,
} from '../../shared/wire/rest.ts';
import { KilledError } from './life.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly body: unknown;
  readonly token: string | null;
  /** What the request says of the epoch that its numbers are from. */
  readonly epoch: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RouteParts {
  readonly database: Database;
  readonly epoch: string;
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly feed: Feed;
  readonly sending: Sending;
  readonly trainees: Trainees;
}

type Answered = readonly [status: number, body: unknown];

const CONVERSATION = /^\/api\/messaging\/conversations\/(\d+)\/(messages|read)$/;
const TRAINEE = /^\/api\/trainees\/(\d+)$/;

/** Answers one request. @throws KilledError when the server dies over it: then nothing is answered */
export async function answerRequest(parts: RouteParts, request: HttpRequest): Promise<HttpAnswer> {
  let principal: Principal | null = null;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    date: new Date(parts.now()).toUTCString(),
  };
  let answered: Answered;
  try {
    const url = new URL(request.path, 'http://simulation.test');
    const open = await answerOpen(parts, url, request.body);
    if (open) {
      answered = open;
    } else {
      if (request.token === null) throw unauthenticated();
      principal = await parts.sessions.authenticate(request.token);
      answered = await answerSignedIn(parts, principal, request, url);
    }
  } catch (error) {
    if (error instanceof KilledError) throw error;
    const refusal = toApiError(error);
    if (refusal.status >= 500) throw error;
    if (refusal.limit) headers['retry-after'] = String(refusal.limit.retryAfterSeconds);
    answered = [refusal.status, errorBody(refusal.code, refusal.message)];
  }
  if (principal) {
    const known = request.method === 'GET' ? principal.feedSeq : null;
    const feedSeq = known ?? (await findFeedHead(parts.database.read, principal.user.id));
    headers['x-feed-head'] = `${parts.epoch}:${feedSeq}`;
  }
  const [status, body] = answered;
  return { status, body, headers };
}

async function answerOpen({ sessions }: RouteParts, url: URL, body: unknown): Promise<Answered | null> {
  if (url.pathname === '/api/auth/login') {
    const { email, password } = loginBodySchema.parse(body);
    return [200, await sessions.signIn(email, password, 'simulation')];
  }
  if (url.pathname !== '/api/auth/refresh') return null;
  return [200, await sessions.refresh(refreshBodySchema.parse(body).refreshToken)];
}

async function answerSignedIn(
  parts: RouteParts,
  principal: Principal,
  { method, body, epoch }: HttpRequest,
  url: URL,
): Promise<Answered> {
  const { conversations, feed, sending } = parts;
  const query = (name: string) => url.searchParams.get(name);
  if (url.pathname === '/api/auth/logout') {
    await parts.sessions.signOut(principal.sessionId);
    return [204, undefined];
  }
  const trainee = TRAINEE.exec(url.pathname);
  if (trainee ?? url.pathname.startsWith('/api/messaging/conversations')) checkEpoch(epoch, parts.epoch);
  if (trainee) return [200, { trainee: await parts.trainees.detail(principal.user.id, Number(trainee[1])) }];
  const viewer = viewerOf(principal.user);
  if (url.pathname === '/api/messaging/feed') {
    return [
      200,
      await feed.read(viewer, query('epoch') ?? '', Number(query('after')), Number(query('limit'))),
    ];
  }
  if (url.pathname === '/api/messaging/snapshot') {
    return [200, await feed.snapshot(viewer, query('cursor'), Number(query('limit')))];
  }
  if (url.pathname === '/api/messaging/conversations' && method === 'POST') {
    const { traineeId, ...draft } = startBodySchema.parse(body);
    const outcome = await sending.start(viewer, traineeId, draft);
    const { conversation, message, isRepeat, isNewConversation: created } = outcome;
    return [isRepeat ? 200 : 201, { conversation, message, created }];
  }
  const [, id, what] = CONVERSATION.exec(url.pathname) ?? [];
  if (id === undefined) throw notFound();
  if (what === 'read') {
    return [
      200,
      { readSeq: await conversations.markRead(viewer, Number(id), readBodySchema.parse(body).upToSeq) },
    ];
  }
  if (method === 'GET') {
    const before = query('before');
    const beforeSeq = before === null ? null : Number(before);
    return [200, await conversations.messages(viewer, Number(id), beforeSeq, Number(query('limit')))];
  }
  const { message, isRepeat } = await sending.send(viewer, Number(id), sendBodySchema.parse(body));
  return [isRepeat ? 200 : 201, { message }];
}

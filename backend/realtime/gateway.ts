import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { Server } from 'socket.io';
import { BODY_MAX_BYTES, SOCKETS_PER_USER } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import { SOCKET_NAMESPACE } from '../../shared/wire/socket.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Conversations } from '../messaging/conversations.ts';
import type { Feed } from '../messaging/feed.ts';
import { findFeedHead, findFeedHeads, type FeedRow } from '../messaging/feed-repository.ts';
import { viewerOf } from '../messaging/viewer.ts';
import { notFound, rateLimited, unauthenticated } from '../operations/api-error.ts';
import { isoTime, type Clock } from '../operations/clock.ts';
import { toApiError } from '../operations/error-answers.ts';
import type { Database } from '../storage/database.ts';
import type { ServerIdentity } from '../storage/meta.ts';
import { answerClientEvents } from './client-events.ts';
import { createPublisher } from './publisher.ts';
import {
  userRoom,
  type Emitted,
  type MessagingSocket,
  type Received,
  type SocketState,
} from './socket-types.ts';
import { createTypingState } from './typing.ts';

const HEAD_INTERVAL_MS = 25_000;
/** Sessions that ended elsewhere are found within this time; the protocol allows 5 s. */
const SESSION_CHECK_INTERVAL_MS = 3_000;
const PING_INTERVAL_MS = 5_000;
const PING_TIMEOUT_MS = 4_000;
/** A connection that joins no namespace is closed after this time. */
const CONNECT_TIMEOUT_MS = 10_000;

const handshakeSchema = z.object({ token: z.string().min(1).max(8_192) });

/** The open sockets. */
export interface Gateway {
  /** Tells connected users of committed feed events; never throws. */
  publish(rows: readonly FeedRow[]): void;
  /** Closes the sockets of sessions that have ended. */
  recheckSessions(): Promise<void>;
  /** Whether this person is looking at the conversation now; an admin who impersonates them does not count. */
  isFocused(userId: number, conversationId: number): Promise<boolean>;
  close(): Promise<void>;
}

/** What the gateway works with. */
export interface GatewayParts {
  readonly httpServer: HttpServer;
  readonly database: Database;
  readonly identity: ServerIdentity;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

/** Native clients send no Origin; a page of another origin must not use its visitor's network. */
function isOwnOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** A refusal in the form that Socket.IO hands to the client as `connect_error.data`. */
function connectRefusal(error: unknown): Error & { data: { code: string; message: string } } {
  const { code, message } = toApiError(error);
  return Object.assign(new Error(message), { data: { code, message } });
}

function tooManySockets() {
  return rateLimited({ name: 'sockets', quota: SOCKETS_PER_USER, windowSeconds: 60, retryAfterSeconds: 60 });
}

function endSession(socket: MessagingSocket, reason: string): void {
  socket.emit('session:ended', { reason });
  socket.disconnect(true);
}

/** Opens namespace `/messaging` on the HTTP server. */
export function createGateway(parts: GatewayParts): Gateway {
  const { database, identity, sessions, conversations, feed, clock, log } = parts;
  const { serverId, epoch } = identity;
  const io = new Server<Received, Emitted, Record<string, never>, SocketState>(parts.httpServer, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: BODY_MAX_BYTES,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (request, decide) => decide(null, isOwnOrigin(request)),
  });
  const namespace = io.of(SOCKET_NAMESPACE);
  const typing = createTypingState(clock);
  const publisher = createPublisher({ namespace, feed, epoch, log });
  const expiryTimers = new WeakMap<MessagingSocket, NodeJS.Timeout>();

  const socketCount = (userId: number) => namespace.adapter.rooms.get(userRoom(userId))?.size ?? 0;

  function watchExpiry(socket: MessagingSocket): void {
    clearTimeout(expiryTimers.get(socket));
    const wait = Math.max(0, socket.data.principal.expiresAt - clock());
    expiryTimers.set(
      socket,
      setTimeout(() => endSession(socket, 'expired'), wait),
    );
  }

  async function greet(socket: MessagingSocket): Promise<void> {
    const feedSeq = await findFeedHead(database.read, socket.data.viewer.id);
    socket.emit('hello', { serverId, epoch, feedSeq, serverTime: isoTime(clock()) });
  }

  function leave(socket: MessagingSocket): void {
    clearTimeout(expiryTimers.get(socket));
    const { viewer } = socket.data;
    if (socketCount(viewer.id) > 0) return;
    for (const { conversationId, peerId } of typing.leave(viewer.id)) {
      namespace.to(userRoom(peerId)).emit('typing', { conversationId, userId: viewer.id, isTyping: false });
    }
  }

  io.use((_socket, next) => next(connectRefusal(notFound())));

  /** Lets a socket in, or says why not. */
  async function admit(socket: MessagingSocket): Promise<Error | undefined> {
    try {
      const handshake = handshakeSchema.safeParse(socket.handshake.auth);
      if (!handshake.success) throw unauthenticated();
      const principal = await sessions.authenticate(handshake.data.token);
      const viewer = viewerOf(principal.user);
      if (socketCount(viewer.id) >= SOCKETS_PER_USER) throw tooManySockets();
      Object.assign(socket.data, { principal, viewer, focusedConversationId: null } satisfies SocketState);
      return undefined;
    } catch (error) {
      return connectRefusal(error);
    }
  }

  async function answerHandshake(socket: MessagingSocket, next: (refusal?: Error) => void): Promise<void> {
    next(await admit(socket));
  }

  namespace.use((socket, next) => void answerHandshake(socket, next));

  namespace.on('connection', (socket) => {
    void socket.join(userRoom(socket.data.viewer.id));
    socket.on('disconnect', () => leave(socket));
    watchExpiry(socket);
    answerClientEvents(socket, {
      namespace,
      sessions,
      conversations,
      typing,
      clock,
      log,
      tokenRenewed: watchExpiry,
    });
    greet(socket).catch((error: unknown) => {
      log.error({ err: error }, 'socket could not be greeted');
      socket.disconnect(true);
    });
  });

  async function recheckSessions(): Promise<void> {
    const sockets = [...namespace.sockets.values()];
    const live = await sessions.stillLive([
      ...new Set(sockets.map((socket) => socket.data.principal.sessionId)),
    ]);
    for (const socket of sockets) {
      if (!live.has(socket.data.principal.sessionId)) endSession(socket, 'revoked');
    }
  }

  async function tellHeads(): Promise<void> {
    const userIds = [...new Set([...namespace.sockets.values()].map((socket) => socket.data.viewer.id))];
    for (const [userId, feedSeq] of await findFeedHeads(database.read, userIds)) {
      namespace.to(userRoom(userId)).emit('head', { epoch, feedSeq });
    }
  }

  function every(milliseconds: number, work: () => Promise<void>, failure: string): NodeJS.Timeout {
    return setInterval(() => {
      work().catch((error: unknown) => log.error({ err: error }, failure));
    }, milliseconds);
  }
  const timers = [
    every(HEAD_INTERVAL_MS, tellHeads, 'heads could not be told'),
    every(SESSION_CHECK_INTERVAL_MS, recheckSessions, 'sessions could not be checked'),
  ];

  return {
    publish: (rows) => publisher.publish(rows),
    recheckSessions,
    isFocused: (userId, conversationId) =>
      Promise.resolve(
        [...(namespace.adapter.rooms.get(userRoom(userId)) ?? [])].some(
          (id) => namespace.sockets.get(id)?.data.focusedConversationId === conversationId,
        ),
      ),
    async close() {
      for (const timer of timers) clearInterval(timer);
      await publisher.settled();
      // Not `io.close()`: that would also close the HTTP server, which still has answers to finish.
      io.disconnectSockets(true);
      namespace.disconnectSockets(true);
      io.engine.close();
    },
  };
}

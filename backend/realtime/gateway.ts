import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { Server } from 'socket.io';
import { BODY_MAX_BYTES, SOCKETS_PER_USER } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { SOCKET_NAMESPACE } from '../../shared/wire/socket.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Conversations } from '../messaging/conversations.ts';
import type { Feed } from '../messaging/feed.ts';
import { findFeedHead, findFeedHeads, type FeedRow } from '../messaging/feed-repository.ts';
import { viewerOf } from '../messaging/viewer.ts';
import { notFound, rateLimited, unauthenticated } from '../operations/api-error.ts';
import { isoTime, type Clock } from '../operations/clock.ts';
import { toApiError } from '../operations/error-answers.ts';
import type { GatewayMetrics } from '../operations/metrics.ts';
import type { Database } from '../storage/database.ts';
import type { ServerIdentity } from '../storage/meta.ts';
import type { NodeMessage, OpenNodeBus } from './bus.ts';
import { answerClientEvents } from './client-events.ts';
import type { Presence } from './presence.ts';
import { createPublisher, feedGrowths } from './publisher.ts';
import { packetParser } from './packet-decoder.ts';
import {
  conversationRoom,
  personOf,
  userRoom,
  type Emitted,
  type MessagingSocket,
  type Received,
  type SocketState,
} from './socket-types.ts';
import { createTypingState, type TypingChange } from './typing.ts';

const HEAD_INTERVAL_MS = 25_000;
/** When clients may have missed something, they are told after this time. */
const HEADS_SOON_MS = 200;
/** Sessions that ended elsewhere are found within this time; the protocol allows 5 s. */
const SESSION_CHECK_INTERVAL_MS = 3_000;
const PING_INTERVAL_MS = 5_000;
const PING_TIMEOUT_MS = 4_000;
/** A connection that joins no namespace is closed after this time. */
const CONNECT_TIMEOUT_MS = 10_000;

const handshakeSchema = z.object({ token: z.string().min(1).max(8_192) });

/** The open sockets. */
export interface Gateway {
  /** Tells users connected to any node of committed feed events, and of the message that was stored; never throws. */
  publish(rows: readonly FeedRow[], message?: Message): void;
  /** Closes the sockets of sessions that have ended, on every node; never throws. */
  recheckSessions(): void;
  /** Whether this person is looking at the conversation now; an admin who impersonates them does not count. */
  isFocused(userId: number, conversationId: number): Promise<boolean>;
  /** How many sockets this node has open. */
  openSockets(): number;
  /** Takes no more sockets and closes all, so that clients connect again, to another node. */
  closeSockets(): void;
  /** Closes the sockets and the way to other nodes. */
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
  readonly presence: Presence;
  readonly openBus: OpenNodeBus;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: GatewayMetrics;
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
  const { database, identity, sessions, conversations, feed, presence, clock, log } = parts;
  const { serverId, epoch } = identity;
  let isClosing = false;
  const io = new Server<Received, Emitted, Record<string, never>, SocketState>(parts.httpServer, {
    transports: ['websocket'],
    serveClient: false,
    parser: packetParser,
    maxHttpBufferSize: BODY_MAX_BYTES,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (request, decide) => decide(null, !isClosing && isOwnOrigin(request)),
  });
  const namespace = io.of(SOCKET_NAMESPACE);
  const typing = createTypingState(clock);
  const bus = parts.openBus(hear);
  const publisher = createPublisher({
    namespace,
    database,
    feed,
    epoch,
    log,
    metrics: parts.metrics,
    clock,
    onArchived: leaveConversation,
  });
  const expiryTimers = new WeakMap<MessagingSocket, NodeJS.Timeout>();
  const leaving = new Set<Promise<void>>();

  const socketsOf = (userId: number) =>
    [...(namespace.adapter.rooms.get(userRoom(userId)) ?? [])].flatMap(
      (id) => namespace.sockets.get(id) ?? [],
    );

  function inBackground(work: () => Promise<void>, failure: string): void {
    work().catch((error: unknown) => log.error({ err: error }, failure));
  }

  function leaveConversation(userId: number, conversationId: number): void {
    for (const socket of socketsOf(userId)) {
      if (socket.data.focusedConversationId !== conversationId) continue;
      socket.data.focusedConversationId = null;
      void socket.leave(conversationRoom(conversationId));
      inBackground(
        () => presence.focus(personOf(socket.data.principal), socket.id, null),
        'focus could not be told',
      );
    }
  }

  /** Tells the sockets of this node of typing, unless that was told a moment ago. @returns whether it was told */
  function tellTyping(change: TypingChange): boolean {
    if (!typing.change(change)) return false;
    const { conversationId, userId, isTyping, peerId } = change;
    namespace.to(userRoom(peerId)).emit('typing', { conversationId, userId, isTyping });
    return true;
  }

  /** The same on every node. */
  function announceTyping(change: TypingChange): void {
    if (tellTyping(change)) bus.publish({ kind: 'typing', change });
  }

  /** What another node says. */
  function hear(message: NodeMessage): void {
    switch (message.kind) {
      case 'feed':
        publisher.publish(message);
        break;
      case 'typing':
        tellTyping(message.change);
        break;
      case 'sessions':
        inBackground(endDeadSessions, 'sessions could not be checked');
        break;
      case 'heads':
        tellHeadsSoon();
        break;
    }
  }

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
    publisher.begin(socket.data.viewer.id, feedSeq);
    socket.emit('hello', { serverId, epoch, feedSeq, serverTime: isoTime(clock()) });
  }

  /** Gives the socket's place back, and ends the typing of a person who has no other. */
  async function giveBack({ id, data }: MessagingSocket): Promise<void> {
    const personId = personOf(data.principal);
    if (!(await presence.leave(personId, id))) return;
    for (const change of typing.changesOf(personId)) announceTyping({ ...change, isTyping: false });
  }

  function leave(socket: MessagingSocket): void {
    clearTimeout(expiryTimers.get(socket));
    const { viewer } = socket.data;
    if (socketsOf(viewer.id).length === 0) publisher.forget(viewer.id);
    const done = giveBack(socket)
      .catch((error: unknown) => log.error({ err: error }, 'a socket could not be taken off'))
      .finally(() => leaving.delete(done));
    leaving.add(done);
  }

  io.use((_socket, next) => next(connectRefusal(notFound())));

  /** Lets a socket in, or says why not. */
  async function admit(socket: MessagingSocket): Promise<Error | undefined> {
    try {
      const handshake = handshakeSchema.safeParse(socket.handshake.auth);
      if (!handshake.success) throw unauthenticated();
      const principal = await sessions.authenticate(handshake.data.token);
      const viewer = viewerOf(principal.user);
      Object.assign(socket.data, { principal, viewer, focusedConversationId: null } satisfies SocketState);
      if (!(await presence.enter(personOf(principal), socket.id))) throw tooManySockets();
      return undefined;
    } catch (error) {
      return connectRefusal(error);
    }
  }

  async function answerHandshake(socket: MessagingSocket, next: (refusal?: Error) => void): Promise<void> {
    const refusal = await admit(socket);
    next(refusal);
    if (refusal) return;
    // The client may have gone meanwhile, and then nobody will say that the socket ended.
    setImmediate(() => {
      if (!namespace.sockets.has(socket.id) && !socket.connected) leave(socket);
    });
  }

  namespace.use((socket, next) => void answerHandshake(socket, next));

  namespace.on('connection', (socket) => {
    void socket.join(userRoom(socket.data.viewer.id));
    socket.on('disconnect', () => leave(socket));
    watchExpiry(socket);
    answerClientEvents(socket, {
      sessions,
      conversations,
      presence,
      announceTyping,
      clock,
      log,
      metrics: parts.metrics,
      tokenRenewed: watchExpiry,
    });
    greet(socket).catch((error: unknown) => {
      log.error({ err: error }, 'socket could not be greeted');
      socket.disconnect(true);
    });
  });

  async function endDeadSessions(): Promise<void> {
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

  let headsTimer: NodeJS.Timeout | null = null;
  /** Every node asks for it when Redis comes back; once is enough. */
  function tellHeadsSoon(): void {
    headsTimer ??= setTimeout(() => {
      headsTimer = null;
      inBackground(tellHeads, 'heads could not be told');
    }, HEADS_SOON_MS);
  }

  const timers = [
    setInterval(() => inBackground(tellHeads, 'heads could not be told'), HEAD_INTERVAL_MS),
    setInterval(
      () => inBackground(endDeadSessions, 'sessions could not be checked'),
      SESSION_CHECK_INTERVAL_MS,
    ),
  ];

  return {
    publish(rows, message) {
      for (const growth of feedGrowths(rows, message)) {
        publisher.publish(growth);
        const { userId, after, upTo } = growth;
        bus.publish({ kind: 'feed', userId, after, upTo });
      }
    },
    recheckSessions() {
      inBackground(endDeadSessions, 'sessions could not be checked');
      bus.publish({ kind: 'sessions' });
    },
    isFocused: (userId, conversationId) => presence.isFocused(userId, conversationId),
    openSockets: () => namespace.sockets.size,
    closeSockets() {
      isClosing = true;
      // Closed from below: to a socket that the server disconnects, clients do not come back by themselves.
      for (const socket of namespace.sockets.values()) socket.conn.close();
    },
    async close() {
      isClosing = true;
      for (const timer of timers) clearInterval(timer);
      if (headsTimer) clearTimeout(headsTimer);
      await publisher.settled();
      // Not `io.close()`: that would also close the HTTP server, which still has answers to finish.
      io.disconnectSockets(true);
      namespace.disconnectSockets(true);
      io.engine.close();
      await Promise.all(leaving);
      await bus.close();
      await presence.close();
    },
  };
}

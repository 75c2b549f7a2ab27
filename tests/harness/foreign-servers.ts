/** Servers that are no messaging backend, and one that is until it misbehaves. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Server as SocketServer } from 'socket.io';
import type { Conversation, Message, Trainee, User } from '../../shared/wire/entities.ts';
import { SOCKET_NAMESPACE } from '../../shared/wire/socket.ts';

/** A server on loopback that a test talks to and then closes. */
export interface ForeignServer {
  readonly url: string;
  close(): Promise<void>;
}

async function serve(server: Server): Promise<ForeignServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers everything with 200 and this body, as a web site or somebody else's API does. */
export function startForeignServer(contentType: string, body: string): Promise<ForeignServer> {
  return serve(
    createServer((_request, response) => {
      response.writeHead(200, { 'content-type': contentType }).end(body);
    }),
  );
}

const trainer: User = { id: 1, role: 'trainer', name: 'Robin Vale', email: 'robin@rogue.test' };
const trainee: Trainee = { id: 2, name: 'Ida Thorn', email: 'ida@rogue.test', conversationId: 7 };
const SENT_AT = '2026-01-05T09:00:00.000Z';

function messageFromTrainee(seq: number, content: string): Message {
  return {
    id: seq,
    conversationId: 7,
    seq,
    senderId: trainee.id,
    clientMessageId: randomUUID(),
    content,
    createdAt: SENT_AT,
  };
}

/** A backend with one trainer and one conversation, whose socket says what the test wants it to. */
export interface RogueServer extends ForeignServer {
  /** The only account; any password will do. */
  readonly trainer: User;
  readonly traineeName: string;
  /** Sends this to every open socket, as it is. */
  emit(event: string, ...payload: readonly unknown[]): void;
  /** Stores a real message from the trainee and announces it by a well-formed `feed` event. */
  deliver(content: string): void;
  /** Sockets that are open now. */
  readonly socketCount: () => number;
}

/** Starts a {@link RogueServer}. */
export async function startRogueServer(): Promise<RogueServer> {
  const serverId = randomUUID();
  const epoch = randomUUID();
  const messages: Message[] = [messageFromTrainee(1, 'Good morning')];
  const events: { readonly feedSeq: number; readonly type: 'message.created'; readonly message: Message }[] =
    [];

  const conversation = (): Conversation => ({
    id: 7,
    trainer: { id: trainer.id, name: trainer.name },
    trainee: { id: trainee.id, name: trainee.name },
    isArchived: false,
    lastMessage: messages.at(-1) ?? null,
    lastMessageAt: SENT_AT,
    lastSeq: messages.length,
    readSeq: 0,
    peerReadSeq: 0,
    unreadCount: messages.length,
  });
  const answerTo = (path: string, query: URLSearchParams): unknown => {
    switch (path) {
      case '/api/auth/login':
      case '/api/auth/refresh':
        return { accessToken: 'access', refreshToken: randomUUID(), user: trainer };
      case '/api/auth/me':
        return { user: trainer };
      case '/api/trainees':
        return { items: [trainee], nextCursor: null };
      case '/api/messaging/conversations':
        return { items: [conversation()], nextCursor: null };
      case '/api/messaging/conversations/7/messages':
        return { items: messages, hasMore: false };
      case '/api/messaging/conversations/7/read':
        return { readSeq: messages.length };
      case '/api/messaging/snapshot':
        return {
          serverId,
          epoch,
          feedSeq: events.length,
          conversations: [conversation()],
          trainees: [trainee],
          nextCursor: null,
        };
      case '/api/messaging/feed': {
        const after = Number(query.get('after') ?? 0);
        return { serverId, epoch, events: events.slice(after), head: events.length };
      }
      default:
        return null;
    }
  };
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://rogue.test');
    const answer = answerTo(pathname, searchParams);
    response.writeHead(answer === null ? 404 : 200, {
      'content-type': 'application/json',
      'x-feed-head': `${epoch}:${events.length}`,
    });
    response.end(JSON.stringify(answer ?? { error: { code: 'not_found', message: 'Not found.' } }));
  });
  const sockets = new SocketServer(http, { transports: ['websocket'] });
  const room = sockets.of(SOCKET_NAMESPACE);
  room.on('connection', (socket) => {
    socket.emit('hello', { serverId, epoch, feedSeq: events.length, serverTime: new Date().toISOString() });
    socket.onAny((...received: unknown[]) => {
      const acknowledge = received.at(-1);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    });
  });
  const { url, close } = await serve(http);
  return {
    url,
    trainer,
    traineeName: trainee.name,
    emit: (event, ...payload) => {
      room.emit(event, ...payload);
    },
    deliver: (content) => {
      const message = messageFromTrainee(messages.length + 1, content);
      messages.push(message);
      const event = { feedSeq: events.length + 1, type: 'message.created' as const, message };
      events.push(event);
      room.emit('feed', { epoch, feedSeq: event.feedSeq, event });
    },
    socketCount: () => room.sockets.size,
    close: async () => {
      room.disconnectSockets(true);
      await close();
    },
  };
}

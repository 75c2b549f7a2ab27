/**
 * A real HTTP and Socket.IO server whose every answer the test can script: what a healthy backend never
 * does on command (forget, lose events, answer with another server's words). Serves one trainer.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { Server as SocketServer } from 'socket.io';
import { onTestFinished } from 'vitest';
import { z } from '../../../shared/schema.ts';
import type { Conversation, Message, Trainee, User } from '../../../shared/wire/entities.ts';
import type { FeedEvent } from '../../../shared/wire/feed.ts';
import { EPOCH_HEADER } from '../../../shared/wire/rest.ts';
import { EPOCH, SELF_ID, SERVER_ID } from './builders.ts';

type Unnumbered<Event> = Event extends { feedSeq: number } ? Omit<Event, 'feedSeq'> : never;

/** An answer in place of the server's own. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly method: string;
  /** Path below `/api`, with its query. */
  readonly path: string;
  readonly body: unknown;
  readonly token: string | null;
  /** The epoch that the request's numbers are from, when it says so. */
  readonly epoch: string | null;
}

type Script = (request: SeenRequest) => ScriptedAnswer | null | Promise<ScriptedAnswer | null>;

const sendBody = z.object({ clientMessageId: z.string(), content: z.string() });
const readBody = z.object({ upToSeq: z.number() });
const refreshBody = z.object({ refreshToken: z.string() });

/** An error answer in the words of the protocol. */
export function refusal(status: number, code: string, headers?: Record<string, string>): ScriptedAnswer {
  return { status, body: { error: { code, message: `Refused: ${code}.` } }, ...(headers ? { headers } : {}) };
}

/** What captive portals and proxies answer. */
export const HTML_PAGE: ScriptedAnswer = {
  status: 200,
  body: '<p>Welcome to the gym WLAN</p>',
  headers: { 'content-type': 'text/html' },
};

export class ScriptedServer {
  serverId = SERVER_ID;
  epoch = EPOCH;
  user: User = { id: SELF_ID, role: 'trainer', name: 'Jordan Reyes', email: 'jordan@example.com' };
  readonly conversations = new Map<number, Conversation>();
  readonly trainees: Trainee[] = [];
  messages: Message[] = [];
  events: FeedEvent[] = [];
  readonly requests: SeenRequest[] = [];
  /** What clients emitted on their sockets. */
  readonly heard: { readonly name: string; readonly payload: unknown }[] = [];
  /** Asked before the server answers by itself; null lets it. */
  script: Script = () => null;
  /** The code with which a socket that comes with this token is refused; null lets it in. */
  refuseSocket: (token: string) => string | null = () => null;
  /** False: stored changes reach clients only by the feed. */
  isLive = true;
  #accessNumber = 0;
  #refreshNumber = 0;
  #url = '';
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets: SocketServer;

  private constructor(recoversSockets: boolean) {
    const recovery = recoversSockets ? { connectionStateRecovery: {} } : {};
    this.#sockets = new SocketServer(this.#http, {
      transports: ['websocket'],
      serveClient: false,
      ...recovery,
    });
  }

  /**
   * Starts the server; it is gone after the test.
   * @param recoversSockets Socket.IO may take a new socket for the one before it, and tells it so
   */
  static async start(recoversSockets = false): Promise<ScriptedServer> {
    const server = new ScriptedServer(recoversSockets);
    await server.#listen();
    onTestFinished(() => server.close());
    return server;
  }

  get url(): string {
    return this.#url;
  }

  async #listen(): Promise<void> {
    this.#sockets.of('/messaging').use((socket, next) => {
      const code = this.refuseSocket(String(socket.handshake.auth['token']));
      next(code === null ? undefined : Object.assign(new Error('refused'), { data: { code } }));
    });
    this.#sockets.of('/messaging').on('connection', (socket) => {
      socket.onAny((name: string, payload: unknown) => void this.heard.push({ name, payload }));
      socket.emit('hello', { ...this.head, serverId: this.serverId, serverTime: new Date().toISOString() });
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await this.#sockets.close();
  }

  get head() {
    return { epoch: this.epoch, feedSeq: this.events.at(-1)?.feedSeq ?? 0 };
  }

  /** Ends every socket from the server's side, which Socket.IO clients do not repair by themselves. */
  disconnectSockets(): void {
    this.#sockets.of('/messaging').disconnectSockets();
  }

  /** Cuts the line of every socket, without a word. */
  cutSockets(): void {
    for (const socket of this.#sockets.of('/messaging').sockets.values()) socket.conn.close();
  }

  /** Sockets that the server takes for ones of before. */
  get recoveredCount(): number {
    return [...this.#sockets.of('/messaging').sockets.values()].filter(({ recovered }) => recovered).length;
  }

  /** Sockets that open from now on notice within twice `ms` that the server has fallen silent. */
  pingEvery(ms: number): void {
    Object.assign(this.#sockets.engine.opts, { pingInterval: ms, pingTimeout: ms });
  }

  get socketCount(): number {
    return this.#sockets.of('/messaging').sockets.size;
  }

  /** The requests whose path matches. */
  seen(pattern: RegExp): SeenRequest[] {
    return this.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  emit(name: string, payload: unknown): void {
    this.#sockets.of('/messaging').emit(name, payload);
  }

  /** Sends the feed event of this number to every socket. */
  emitEvent(feedSeq: number): void {
    const event = this.events.find((candidate) => candidate.feedSeq === feedSeq);
    this.emit('feed', { epoch: this.epoch, feedSeq, event });
  }

  /** Adds an event to the feed; tells it live unless {@link isLive} is off. */
  append(event: Unnumbered<FeedEvent>): number {
    const feedSeq = this.head.feedSeq + 1;
    this.events.push({ ...event, feedSeq });
    if (this.isLive) this.emitEvent(feedSeq);
    return feedSeq;
  }

  /** Stores a message as a send would, once per `clientMessageId`. */
  store(part: Omit<Message, 'id' | 'seq' | 'createdAt'>): Message {
    const known = this.messages.find(({ clientMessageId }) => clientMessageId === part.clientMessageId);
    if (known) return known;
    const conversation = this.conversations.get(part.conversationId);
    if (!conversation) throw new Error('No such conversation.');
    const seq = conversation.lastSeq + 1;
    const message = {
      ...part,
      seq,
      id: part.conversationId * 100_000 + seq,
      createdAt: new Date().toISOString(),
    };
    this.messages.push(message);
    this.conversations.set(conversation.id, {
      ...conversation,
      lastMessage: message,
      lastMessageAt: message.createdAt,
      lastSeq: seq,
      unreadCount: conversation.unreadCount + (part.senderId === this.user.id ? 0 : 1),
    });
    this.append({ type: 'message.created', message });
    return message;
  }

  /** From now on the present access token is refused; a refresh gives a new one. */
  expireAccess(): void {
    this.#accessNumber += 1;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.#read(incoming);
    this.requests.push(request);
    const answer = (await this.script(request)) ?? this.#answer(request);
    const { status, body, headers } = answer;
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-feed-head': `${this.head.epoch}:${this.head.feedSeq}`,
      ...headers,
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async #read(incoming: IncomingMessage): Promise<SeenRequest> {
    const text = await readText(incoming);
    return {
      method: incoming.method ?? '',
      path: (incoming.url ?? '').replace(/^\/api/, ''),
      body: text === '' ? null : JSON.parse(text),
      token: incoming.headers.authorization?.replace('Bearer ', '') ?? null,
      epoch: incoming.headers[EPOCH_HEADER]?.toString() ?? null,
    };
  }

  #tokens() {
    this.#refreshNumber += 1;
    return { accessToken: `access-${this.#accessNumber}`, refreshToken: `refresh-${this.#refreshNumber}` };
  }

  #answer({ method, path, body, token, epoch: asked }: SeenRequest): ScriptedAnswer {
    const url = new URL(path, this.#url);
    const route = `${method} ${url.pathname}`;
    if (route === 'POST /auth/login') return { status: 200, body: { ...this.#tokens(), user: this.user } };
    if (route === 'POST /auth/refresh') {
      const isKnown = refreshBody.parse(body).refreshToken.startsWith('refresh-');
      return isKnown ? { status: 200, body: this.#tokens() } : refusal(401, 'session_ended');
    }
    if (token !== `access-${this.#accessNumber}`) return refusal(401, 'unauthenticated');
    if (route === 'POST /auth/logout') return { status: 204, headers: { 'content-type': 'text/plain' } };
    if (route === 'GET /messaging/feed') return this.#feed(url.searchParams);
    if (route === 'GET /messaging/snapshot') {
      const { serverId, epoch, trainees } = this;
      const conversations = [...this.conversations.values()];
      const { feedSeq } = this.head;
      return { status: 200, body: { serverId, epoch, feedSeq, conversations, trainees, nextCursor: null } };
    }
    if (asked !== null && asked !== this.epoch) return refusal(412, 'epoch_changed');
    const conversationId = Number(/^\/messaging\/conversations\/(\d+)\//.exec(url.pathname)?.[1]);
    if (!this.conversations.has(conversationId)) return refusal(404, 'not_found');
    if (url.pathname.endsWith('/read'))
      return { status: 200, body: { readSeq: readBody.parse(body).upToSeq } };
    if (method === 'GET') return this.#page(conversationId, url.searchParams);
    const message = this.store({ conversationId, senderId: this.user.id, ...sendBody.parse(body) });
    return { status: 201, body: { message } };
  }

  #feed(query: URLSearchParams): ScriptedAnswer {
    const after = Number(query.get('after'));
    if (query.get('epoch') !== this.epoch || after > this.head.feedSeq) return refusal(410, 'cursor_expired');
    const events = this.events.filter(({ feedSeq }) => feedSeq > after).slice(0, Number(query.get('limit')));
    const { serverId, epoch } = this;
    return { status: 200, body: { serverId, epoch, events, head: this.head.feedSeq } };
  }

  #page(conversationId: number, query: URLSearchParams): ScriptedAnswer {
    const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER);
    const below = this.messages.filter((row) => row.conversationId === conversationId && row.seq < before);
    const items = below.slice(-Number(query.get('limit')));
    return { status: 200, body: { items, hasMore: items.length < below.length } };
  }
}

/**
 * A client of the messaging backend that shares no code with the app but the wire schemas: it plays the
 * person at the other end, and is the witness of what the server really stored.
 */
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { z } from '../../shared/schema.ts';
import type { Conversation, Message, Trainee, User } from '../../shared/wire/entities.ts';
import type { FeedEvent } from '../../shared/wire/feed.ts';
import {
  conversationAnswerSchema,
  conversationsAnswerSchema,
  errorBodySchema,
  loginAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  readAnswerSchema,
  receivedFeedAnswerSchema,
  startAnswerSchema,
  traineesAnswerSchema,
  unreadAnswerSchema,
  type LoginAnswer,
} from '../../shared/wire/rest.ts';
import {
  SOCKET_NAMESPACE,
  ackSchema,
  serverEventSchemas,
  type ServerEvents,
} from '../../shared/wire/socket.ts';
import { EventLog, waitFor, within } from './wait.ts';

/** Password of every demo account. */
export const DEMO_PASSWORD = 'demo-password';

const REQUEST_MS = 10_000;
/** How long a client tries to come through to a server that is in trouble. */
const PERSISTENCE_MS = 90_000;

/** An answer that was not a success; `code` is the server's, or empty without one. */
export class AnswerError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(request: string, status: number, body: unknown) {
    const parsed = errorBodySchema.safeParse(body);
    super(`${request} answered ${status}: ${parsed.success ? parsed.data.error.message : 'no error body'}`);
    this.status = status;
    this.code = parsed.success ? parsed.data.error.code : '';
  }
}

async function callServer(
  url: string,
  method: string,
  path: string,
  { token, body }: { readonly token?: string; readonly body?: unknown },
): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${url}/api${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(REQUEST_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new AnswerError(`${method} ${path}`, response.status, answer);
  return answer;
}

/** Asks again for as long as the server is out of reach or in trouble; other refusals count. */
async function untilAnswered<T>(what: string, ask: () => Promise<T>): Promise<T> {
  const outcome = await waitFor(
    what,
    async () => {
      try {
        return { answer: await ask() };
      } catch (error) {
        if (error instanceof AnswerError && error.status < 500) return { error };
        throw error;
      }
    },
    PERSISTENCE_MS,
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}

/** One signed-in person (trainee, or trainer as a witness), with or without a socket. */
export class TraineeClient {
  readonly user: User;
  /** Every feed event since {@link connect}, in order and without a gap, also over reconnects. */
  readonly feed = new EventLog<FeedEvent>();
  /** Every typing event that came over the socket, in order. */
  readonly typing = new EventLog<ServerEvents['typing']>();
  readonly #url: string;
  readonly #token: string;
  #socket: Socket | null = null;
  #feedSeq = 0;
  #pulling: Promise<void> = Promise.resolve();

  private constructor(url: string, login: LoginAnswer) {
    this.#url = url;
    this.#token = login.accessToken;
    this.user = login.user;
  }

  /** Signs in over REST; the socket opens with {@link connect}. */
  static async signIn(url: string, email: string, password = DEMO_PASSWORD): Promise<TraineeClient> {
    const answer = await callServer(url, 'POST', '/auth/login', { body: { email, password } });
    return new TraineeClient(url, loginAnswerSchema.parse(answer));
  }

  /** Signs in and opens the socket. */
  static async online(url: string, email: string): Promise<TraineeClient> {
    const client = await TraineeClient.signIn(url, email);
    await client.connect();
    return client;
  }

  async #call<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.infer<Schema>> {
    return schema.parse(await callServer(this.#url, method, path, { token: this.#token, body }));
  }

  /** Opens the socket and waits for the server's `hello`. It reconnects by itself. */
  async connect(): Promise<void> {
    const socket = io(`${this.#url}${SOCKET_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      auth: (give) => give({ token: this.#token }),
    });
    this.#socket = socket;
    socket.on('feed', (payload: unknown) => {
      const { event } = serverEventSchemas.feed.parse(payload);
      if (event.feedSeq === this.#feedSeq + 1) this.#take(event);
      else if (event.feedSeq > this.#feedSeq) this.#pull(serverEventSchemas.feed.parse(payload).epoch);
    });
    socket.on('head', (payload: unknown) => {
      const { epoch, feedSeq } = serverEventSchemas.head.parse(payload);
      if (feedSeq > this.#feedSeq) this.#pull(epoch);
    });
    socket.on('typing', (payload: unknown) => this.typing.add(serverEventSchemas.typing.parse(payload)));
    const hello = new Promise<void>((resolve, reject) => {
      socket.once('connect_error', reject);
      socket.once('hello', (payload: unknown) => {
        this.#feedSeq = serverEventSchemas.hello.parse(payload).feedSeq;
        socket.on('hello', (again: unknown) => this.#pull(serverEventSchemas.hello.parse(again).epoch));
        resolve();
      });
    });
    await within(`the hello of ${this.user.name}'s socket`, hello);
  }

  #take(event: FeedEvent): void {
    if (event.feedSeq <= this.#feedSeq) return;
    this.#feedSeq = event.feedSeq;
    this.feed.add(event);
  }

  /** Fetches what the socket missed. */
  #pull(epoch: string): void {
    this.#pulling = this.#pulling.then(async () => {
      const answer = await untilAnswered(`the feed of ${this.user.name}`, () =>
        this.#call(
          receivedFeedAnswerSchema,
          'GET',
          `/messaging/feed?epoch=${epoch}&after=${this.#feedSeq}&limit=500`,
        ),
      );
      for (const event of answer.events) this.#take(event);
    });
  }

  /** All conversations, newest message first. */
  async conversations(): Promise<readonly Conversation[]> {
    const items: Conversation[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: z.infer<typeof conversationsAnswerSchema> = await this.#call(
        conversationsAnswerSchema,
        'GET',
        `/messaging/conversations?limit=500${query}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** The conversation with the person of this name. Throws when there is none. */
  async conversationWith(name: string): Promise<Conversation> {
    const found = (await this.conversations()).find(
      ({ trainer, trainee }) => trainer.name === name || trainee.name === name,
    );
    if (found === undefined) throw new Error(`${this.user.name} has no conversation with ${name}.`);
    return found;
  }

  /** One conversation as it is now. */
  async conversation(id: number): Promise<Conversation> {
    return (await this.#call(conversationAnswerSchema, 'GET', `/messaging/conversations/${id}`)).conversation;
  }

  /** Own trainees; for trainers. */
  async trainees(): Promise<readonly Trainee[]> {
    return (await this.#call(traineesAnswerSchema, 'GET', '/trainees?limit=500')).items;
  }

  /** The whole history, ascending. */
  async messages(conversationId: number): Promise<readonly Message[]> {
    const path = `/messaging/conversations/${conversationId}/messages?limit=100`;
    let page = await this.#call(messagesAnswerSchema, 'GET', path);
    let items = page.items;
    while (page.hasMore) {
      page = await this.#call(messagesAnswerSchema, 'GET', `${path}&before=${items[0]?.seq ?? 1}`);
      items = [...page.items, ...items];
    }
    return items;
  }

  /** The contents of the whole history, ascending. */
  async texts(conversationId: number): Promise<readonly string[]> {
    return (await this.messages(conversationId)).map(({ content }) => content);
  }

  /** Sends one message; the same `clientMessageId` again gives the stored one. */
  async send(
    conversationId: number,
    content: string,
    clientMessageId: string = randomUUID(),
  ): Promise<Message> {
    const path = `/messaging/conversations/${conversationId}/messages`;
    return (await this.#call(messageAnswerSchema, 'POST', path, { clientMessageId, content })).message;
  }

  /** Sends one message, again and again under the same id until the server answers. */
  sendUntilStored(conversationId: number, content: string): Promise<Message> {
    const clientMessageId = randomUUID();
    return untilAnswered(`the server to store "${content}"`, () =>
      this.send(conversationId, content, clientMessageId),
    );
  }

  /** First message to a trainee; for trainers. */
  async start(traineeId: number, content: string): Promise<z.infer<typeof startAnswerSchema>> {
    const body = { traineeId, clientMessageId: randomUUID(), content };
    return this.#call(startAnswerSchema, 'POST', '/messaging/conversations', body);
  }

  /** Raises the read mark; gives where it stands now. */
  async markRead(conversationId: number, upToSeq: number): Promise<number> {
    const path = `/messaging/conversations/${conversationId}/read`;
    return (await this.#call(readAnswerSchema, 'POST', path, { upToSeq })).readSeq;
  }

  /** Unread messages over all conversations. */
  async unreadCount(): Promise<number> {
    return (await this.#call(unreadAnswerSchema, 'GET', '/messaging/unread-count')).unreadCount;
  }

  /** Tells the other person whether this one is typing. */
  setTyping(conversationId: number, isTyping: boolean): void {
    this.#online().emit('typing', { conversationId, isTyping });
  }

  /** Says which conversation this person looks at. */
  async focus(conversationId: number | null): Promise<void> {
    const answer: unknown = await this.#online()
      .timeout(REQUEST_MS)
      .emitWithAck('conversation:focus', { conversationId });
    const ack = ackSchema.parse(answer);
    if ('error' in ack) throw new Error(`Focus was refused: ${ack.error.code}`);
  }

  /** Waits for the message with this content to come over the socket. */
  async received(content: string, timeoutMs?: number): Promise<Message> {
    const event = await this.feed.find(
      `${this.user.name} to receive "${content.slice(0, 60)}"`,
      (candidate): candidate is Extract<FeedEvent, { type: 'message.created' }> =>
        candidate.type === 'message.created' && candidate.message.content === content,
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    return event.message;
  }

  /** Removes an own trainee; for trainers. */
  async removeTrainee(traineeId: number): Promise<void> {
    await callServer(this.#url, 'DELETE', `/trainees/${traineeId}`, { token: this.#token });
  }

  /** Changes the password, which ends every other session of this person. */
  async changePassword(next: string, current = DEMO_PASSWORD): Promise<void> {
    await callServer(this.#url, 'POST', '/auth/password', { token: this.#token, body: { current, next } });
  }

  /** Closes the socket; the session stays. */
  disconnect(): void {
    this.#socket?.disconnect();
    this.#socket = null;
  }

  #online(): Socket {
    if (this.#socket === null) throw new Error(`${this.user.name} has no socket.`);
    return this.#socket;
  }
}

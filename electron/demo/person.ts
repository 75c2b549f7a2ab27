import { randomUUID } from 'node:crypto';
import type { ClientError } from '../../shared/errors.ts';
import { MESSAGE_PAGE_SIZE, TYPING_REPEAT_MS } from '../../shared/limits.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Message, User } from '../../shared/wire/entities.ts';
import { serverEventSchemas } from '../../shared/wire/socket.ts';
import type { Clock, SocketFactory, SocketLike } from '../engine-api.ts';
import { type Api, createApi } from '../sync/api.ts';
import { login } from '../sync/session-api.ts';
import { firstOpenerMs, laterOpenerMs, noticeMs, readingMs, typingMs } from './pace.ts';
import { chooseOpener, chooseReply, type Voice } from './replies.ts';
import { createSignal } from './signal.ts';
import { mayOpen, unanswered } from './talk.ts';

/** What a person needs to take part: a server, and time, chance and network as the engine gets them. */
export interface Seat {
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly openSocket: SocketFactory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Who takes part. */
export interface Role {
  readonly email: string;
  readonly password: string;
  readonly voice: Voice;
  /** Writes to the trainer shortly after arriving. */
  readonly opensSoon: boolean;
}

/** Milliseconds before another attempt after the server did not answer. */
const RETRY_MS = 3_000;

/**
 * Lets one demo trainee live: a real client that listens on the socket, reads, types and answers until
 * the process ends. Settles early, with the reason, only if the person cannot sign in.
 */
export async function live(role: Role, seat: Seat): Promise<Result<never, ClientError>> {
  const { clock, random } = seat;
  const signedIn = await signIn(role, seat);
  if (!signedIn.ok) return signedIn;
  const { api, user } = signedIn.value;
  const bell = createSignal();
  const socket = connect(seat, signedIn.value, bell.ring);
  let wantsToOpen = false;
  planOpener(role.opensSoon ? firstOpenerMs(random) : laterOpenerMs(random));

  for (;;) {
    await bell.heard();
    const isSettled = await takePart();
    if (!isSettled) clock.after(RETRY_MS, bell.ring);
  }

  /** Looks at the conversation and says what there is to say. @returns false when the server did not answer. */
  async function takePart(): Promise<boolean> {
    const snapshot = await api.snapshot(null);
    if (!snapshot.ok) return false;
    const conversation = snapshot.value.conversations[0];
    if (conversation === undefined) return true;
    const page = await api.messages(conversation.id, null, MESSAGE_PAGE_SIZE);
    if (!page.ok) return false;
    const messages = page.value.items;
    const waiting = unanswered(messages, user.id, clock.now());
    const said = messages.filter(({ senderId }) => senderId === user.id).map(({ content }) => content);
    if (waiting.length > 0) return await answer(conversation.id, waiting, said);
    if (!wantsToOpen) return true;
    wantsToOpen = false;
    planOpener(laterOpenerMs(random));
    const opener = mayOpen(messages, user.id, clock.now()) ? chooseOpener(role.voice, said, random) : null;
    return opener === null || (await write(conversation.id, opener));
  }

  async function answer(
    conversationId: number,
    waiting: readonly Message[],
    said: readonly string[],
  ): Promise<boolean> {
    const text = waiting.map(({ content }) => content).join('\n');
    await pause(noticeMs(random));
    const read = await api.read(conversationId, waiting.at(-1)?.seq ?? 0);
    if (!read.ok) return false;
    await pause(readingMs(text, random));
    return await write(conversationId, chooseReply(role.voice, text, said, random));
  }

  /** Types for a while, then sends; a message that comes in between is looked at first. */
  async function write(conversationId: number, content: string): Promise<boolean> {
    let leftMs = typingMs(content, random);
    while (leftMs > 0 && !bell.isRung) {
      if (socket.connected) socket.emit('typing', { conversationId, isTyping: true });
      const stepMs = Math.min(leftMs, TYPING_REPEAT_MS);
      await pause(stepMs);
      leftMs -= stepMs;
    }
    if (socket.connected) socket.emit('typing', { conversationId, isTyping: false });
    if (bell.isRung) return true;
    const sent = await api.send(conversationId, { clientMessageId: randomUUID(), content });
    return sent.ok;
  }

  function planOpener(afterMs: number): void {
    clock.after(afterMs, () => {
      wantsToOpen = true;
      bell.ring();
    });
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve));
  }
}

interface SignedIn {
  readonly api: Api;
  readonly user: User;
  readonly tokens: {
    current(): Promise<Result<string, ClientError>>;
    renew(): Promise<Result<string, ClientError>>;
  };
}

/** Signs in; when the access token runs out, the person signs in again, as people do who keep no session. */
async function signIn(role: Role, seat: Seat): Promise<Result<SignedIn, ClientError>> {
  const first = await login(seat, role);
  if (!first.ok) return fail(first.error.error);
  let token = first.value.accessToken;
  const tokens: SignedIn['tokens'] = {
    current: () => Promise.resolve(ok(token)),
    renew: async () => {
      const next = await login(seat, role);
      if (!next.ok) return fail(next.error.error);
      token = next.value.accessToken;
      return ok(token);
    },
  };
  return ok({ api: createApi({ ...seat, tokens }), user: first.value.user, tokens });
}

/** Opens a socket that rings on every arrival and message of the other side, and comes back by itself. */
function connect(seat: Seat, { user, tokens }: SignedIn, ring: () => void): SocketLike {
  let token = '';
  const socket = seat.openSocket(seat.origin, (give) => give(token));

  async function open(next: Promise<Result<string, ClientError>>): Promise<void> {
    const result = await next;
    if (result.ok) {
      token = result.value;
      socket.connect();
    } else {
      openLater();
    }
  }
  // The old token may be why the connection ended.
  const openLater = (): void => void seat.clock.after(RETRY_MS, () => void open(tokens.renew()));

  socket.on('hello', ring);
  socket.on('feed', (payload) => {
    const feed = serverEventSchemas.feed.safeParse(payload);
    if (!feed.success || feed.data.event.type !== 'message.created') return;
    if (feed.data.event.message.senderId !== user.id) ring();
  });
  socket.on('disconnect', openLater);
  socket.on('connect_error', openLater);
  void open(tokens.current());
  return socket;
}

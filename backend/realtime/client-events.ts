import type { FastifyBaseLogger } from 'fastify';
import { SOCKET_EVENTS_PER_SECOND } from '../../shared/limits.ts';
import { clientEventSchemas, type Ack, type ClientEventName } from '../../shared/wire/socket.ts';
import type { z } from '../../shared/schema.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Conversations } from '../messaging/conversations.ts';
import { ApiError, invalidInput, notFound, rateLimited, unauthenticated } from '../operations/api-error.ts';
import type { Clock } from '../operations/clock.ts';
import { toApiError } from '../operations/error-answers.ts';
import type { GatewayMetrics } from '../operations/metrics.ts';
import type { Presence } from './presence.ts';
import { conversationRoom, personOf, type MessagingSocket } from './socket-types.ts';
import type { TypingChange } from './typing.ts';

type Payload<Name extends ClientEventName> = z.infer<(typeof clientEventSchemas)[Name]>;
type Handlers = { [Name in ClientEventName]: (payload: Payload<Name>) => Promise<void> };

function isClientEvent(name: string): name is ClientEventName {
  return Object.hasOwn(clientEventSchemas, name);
}

function isAcknowledgement(value: unknown): value is (ack: Ack) => void {
  return typeof value === 'function';
}

/** What the handlers of client events work with. */
export interface ClientEventParts {
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly presence: Presence;
  /** Tells the other participant, wherever they are connected. */
  readonly announceTyping: (change: TypingChange) => void;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: GatewayMetrics;
  /** Called when a socket's access token was renewed. */
  readonly tokenRenewed: (socket: MessagingSocket) => void;
}

/** Counts a socket's events, at most so many in any second. */
function createEventCounter(clock: Clock): () => void {
  let recent: number[] = [];
  return () => {
    const now = clock();
    recent = recent.filter((time) => now - time < 1_000);
    if (recent.length >= SOCKET_EVENTS_PER_SECOND) {
      throw rateLimited({
        name: 'events',
        quota: SOCKET_EVENTS_PER_SECOND,
        windowSeconds: 1,
        retryAfterSeconds: 1,
      });
    }
    recent.push(now);
  };
}

function createHandlers(socket: MessagingSocket, parts: ClientEventParts): Handlers {
  const { sessions, conversations, presence, announceTyping, tokenRenewed } = parts;
  const { viewer } = socket.data;

  function refuseUnderImpersonation(): void {
    if (!socket.data.principal.impersonator) return;
    throw new ApiError(
      403,
      'impersonation_read_only',
      'You are looking through another account: you can only read.',
    );
  }

  return {
    'conversation:focus': async ({ conversationId }) => {
      refuseUnderImpersonation();
      if (conversationId !== null && !(await conversations.isVisible(viewer, conversationId)))
        throw notFound();
      const before = socket.data.focusedConversationId;
      if (before !== null) await socket.leave(conversationRoom(before));
      socket.data.focusedConversationId = conversationId;
      if (conversationId !== null) await socket.join(conversationRoom(conversationId));
      await presence.focus(personOf(socket.data.principal), socket.id, conversationId);
    },

    typing: async ({ conversationId, isTyping }) => {
      refuseUnderImpersonation();
      const open = await conversations.findOpen(viewer, conversationId);
      if (!open) throw notFound();
      const peerId = viewer.role === 'trainer' ? open.traineeId : open.trainerId;
      // The person may have gone while the conversation was looked up; then `false` was already told.
      if (socket.connected) announceTyping({ userId: viewer.id, conversationId, peerId, isTyping });
    },

    auth: async ({ token }) => {
      const principal = await sessions.authenticate(token);
      const current = socket.data.principal;
      const isSamePerson =
        principal.user.id === current.user.id && principal.impersonator?.id === current.impersonator?.id;
      if (!isSamePerson) throw unauthenticated();
      socket.data.principal = principal;
      tokenRenewed(socket);
    },
  };
}

function parsePayload<Name extends ClientEventName>(name: Name, payload: unknown): Payload<Name>;
function parsePayload(name: ClientEventName, payload: unknown): unknown {
  const parsed = clientEventSchemas[name].safeParse(payload);
  if (!parsed.success) throw invalidInput('The event does not have the right shape.');
  return parsed.data;
}

/**
 * Answers everything that a client emits on this socket. Whatever arrives, nothing is thrown: a broken
 * event is acknowledged with an error and changes nothing.
 */
export function answerClientEvents(socket: MessagingSocket, parts: ClientEventParts): void {
  const handlers = createHandlers(socket, parts);
  const count = createEventCounter(parts.clock);

  function run<Name extends ClientEventName>(name: Name, payload: unknown): Promise<void> {
    return handlers[name](parsePayload(name, payload));
  }

  async function answer(name: string, payload: unknown): Promise<Ack> {
    try {
      count();
      if (!isClientEvent(name)) throw invalidInput('There is no event of this name.');
      await run(name, payload);
      return { ok: true };
    } catch (error) {
      const refusal = toApiError(error);
      if (refusal.status >= 500)
        parts.log.error({ err: error, event: name, socketId: socket.id }, 'socket event failed');
      return { error: { code: refusal.code, message: refusal.message } };
    }
  }

  socket.onAny((name: string, ...args: unknown[]) => {
    const acknowledge = args.at(-1);
    void answer(name, args[0]).then((ack) => {
      const outcome = 'error' in ack ? ack.error.code : 'ok';
      parts.metrics.socketEventAnswered(isClientEvent(name) ? name : 'unknown', outcome);
      if (isAcknowledgement(acknowledge)) acknowledge(ack);
    });
  });
}

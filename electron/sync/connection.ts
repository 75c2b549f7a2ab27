/** The socket: a wake-up channel that this module keeps alive. The only importer of socket.io-client. */
import type { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import type { ClientError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import {
  type ClientEventName,
  type clientEventSchemas,
  connectRefusalSchema,
  type ServerEventName,
  type ServerEvents,
  serverEventSchemas,
  SOCKET_NAMESPACE,
} from '../../shared/wire/socket.ts';
import type { z } from '../../shared/schema.ts';
import type { Clock, Log, SocketFactory, SocketLike } from '../engine-api.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ACK_TIMEOUT_MS = 5_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Shortest time between two attempts that a person or a successful poll asks for. */
const MANUAL_GAP_MS = 2_000;
/** Socket.IO's word for a server whose pings stay away. */
const SILENCE = 'ping timeout';

/**
 * Makes Socket.IO clients that never reconnect, buffer or upgrade by themselves.
 * @param agentFor connects to an origin; without it the way is straight
 */
export function createSocketFactory(agentFor?: (origin: string) => Agent): SocketFactory {
  return (origin, token) => {
    const options = {
      transports: ['websocket'],
      reconnection: false,
      autoConnect: false,
      forceNew: true,
      timeout: CONNECT_TIMEOUT_MS,
      auth: (give: (data: object) => void) => token((value) => give({ token: value })),
    };
    // In Node the client takes agents, which its types, made for browsers, do not know.
    if (agentFor !== undefined) Object.assign(options, { agent: agentFor(origin) });
    return wrap(io(`${origin}${SOCKET_NAMESPACE}`, options));
  };
}

/** Sockets that take the straight way. */
export const openSocket: SocketFactory = createSocketFactory();

function wrap(socket: Socket): SocketLike {
  return {
    get connected() {
      return socket.connected;
    },
    get active() {
      return socket.active;
    },
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    on: (event, listener) => void socket.on(event, listener),
    emit: (event, ...args) => void socket.emit(event, ...args),
    emitWithAck: async (timeoutMs, event, payload): Promise<unknown> =>
      socket.timeout(timeoutMs).emitWithAck(event, payload),
  };
}

export interface ConnectionParts {
  readonly openSocket: SocketFactory;
  readonly origin: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly tokens: {
    current(): Promise<Result<string, ClientError>>;
    renew(stale: string): Promise<Result<string, ClientError>>;
  };
  readonly onUp: () => void;
  /** `isSilent`: the other end stopped answering, as on a dead link, instead of closing. */
  readonly onDown: (isSilent: boolean) => void;
  /** Told about each well-formed event of the server. */
  readonly on: { readonly [Name in HeardEvent]: (payload: ServerEvents[Name]) => void };
}

type HeardEvent = Exclude<ServerEventName, 'session:ended'>;

/** One socket to the server, reconnected with exponential backoff for as long as it is wanted. */
export interface Connection {
  start(): void;
  isUp(): boolean;
  /** Tries at once if it is waiting for its next attempt. */
  retryNow(): void;
  /** Drops a connection that may be dead and connects afresh at once. */
  reset(): void;
  /** Emits if connected; nothing is kept for later. */
  emit<Name extends ClientEventName>(name: Name, payload: z.infer<(typeof clientEventSchemas)[Name]>): void;
  /** The same for events that the server acknowledges. */
  request<Name extends ClientEventName>(
    name: Name,
    payload: z.infer<(typeof clientEventSchemas)[Name]>,
  ): void;
  stop(): void;
}

/** Creates the connection; {@link Connection.start} opens it. */
export function createConnection(parts: ConnectionParts): Connection {
  const { clock, log } = parts;
  let status: 'idle' | 'connecting' | 'up' = 'idle';
  let isStopped = false;
  let failures = 0;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let token = '';
  /** The server refused or ended the session of this token: get another one first. */
  let staleToken: string | null = null;
  let cancelTimer: () => void = () => {};
  const socket = parts.openSocket(parts.origin, (give) => give(token));

  async function attempt(): Promise<void> {
    if (isStopped || status !== 'idle') return;
    cancelTimer();
    status = 'connecting';
    lastAttemptAt = clock.monotonic();
    const next = await (staleToken === null ? parts.tokens.current() : parts.tokens.renew(staleToken));
    if (isStopped) return;
    if (!next.ok) {
      status = 'idle';
      scheduleAttempt();
      return;
    }
    staleToken = null;
    token = next.value;
    cancelTimer = clock.after(CONNECT_TIMEOUT_MS * 1.5, () => onAttemptFailed('timeout'));
    socket.connect();
  }

  function scheduleAttempt(): void {
    if (isStopped) return;
    const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    failures += 1;
    cancelTimer();
    cancelTimer = clock.after(full * (0.5 + 0.5 * parts.random()), () => void attempt());
  }

  function onAttemptFailed(code: string): void {
    if (isStopped || status !== 'connecting') return;
    status = 'idle';
    socket.disconnect();
    log('socket.refused', { code });
    if (code === 'unauthenticated' || code === 'session_ended') staleToken = token;
    scheduleAttempt();
  }

  function onUp(): void {
    cancelTimer();
    if (isStopped) {
      socket.disconnect();
      return;
    }
    status = 'up';
    log('socket.up');
    parts.onUp();
  }

  function onDown(reason: string): void {
    // Cut after the upgrade and before the server's welcome, which nothing else would tell.
    if (status === 'connecting') onAttemptFailed(reason);
    if (status !== 'up') return;
    status = 'idle';
    log('socket.down', { reason });
    if (isStopped) return;
    parts.onDown(reason === SILENCE);
    scheduleAttempt();
  }

  function listen<Payload>(
    name: HeardEvent,
    schema: z.ZodType<Payload>,
    tell: (payload: Payload) => void,
  ): void {
    socket.on(name, (payload) => {
      if (isStopped) return;
      const parsed = schema.safeParse(payload);
      if (parsed.success) tell(parsed.data);
      else log('socket.malformed_event', { name });
    });
  }

  socket.on('connect', onUp);
  socket.on('disconnect', (reason) => onDown(String(reason)));
  socket.on('connect_error', (error) => {
    const data = error instanceof Error && 'data' in error ? error.data : undefined;
    const refusal = connectRefusalSchema.safeParse(data);
    onAttemptFailed(refusal.success ? refusal.data.code : 'unreachable');
  });
  socket.on('session:ended', () => {
    staleToken = token;
  });
  listen('hello', serverEventSchemas.hello, (hello) => {
    failures = 0;
    parts.on.hello(hello);
  });
  listen('feed', serverEventSchemas.feed, parts.on.feed);
  listen('head', serverEventSchemas.head, parts.on.head);
  listen('typing', serverEventSchemas.typing, parts.on.typing);

  return {
    start: () => void attempt(),
    isUp: () => status === 'up',
    retryNow: () => {
      // Should the attempt under way fail, the next one shall not wait as long as an outage made it.
      failures = 0;
      if (clock.monotonic() - lastAttemptAt >= MANUAL_GAP_MS) void attempt();
    },
    reset: () => {
      const wasUp = status === 'up';
      failures = 0;
      // It waits for its token, and will open a fresh connection with it.
      if (status === 'connecting' && !socket.active) return;
      status = 'idle';
      socket.disconnect();
      if (wasUp) parts.onDown(false);
      void attempt();
    },
    emit: (name, payload) => {
      if (status === 'up' && socket.connected) socket.emit(name, payload);
    },
    request: (name, payload) => {
      if (status !== 'up' || !socket.connected) return;
      socket
        .emitWithAck(ACK_TIMEOUT_MS, name, payload)
        .catch(() => log('socket.no_acknowledgement', { name }));
    },
    stop: () => {
      isStopped = true;
      cancelTimer();
      socket.disconnect();
    },
  };
}

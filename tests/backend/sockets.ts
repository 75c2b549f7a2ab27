import { io, type Socket } from 'socket.io-client';
import {
  SOCKET_NAMESPACE,
  serverEventSchemas,
  ackSchema,
  type Ack,
  type ServerEventName,
  type ServerEvents,
} from '../../shared/wire/socket.ts';

interface Waiter {
  readonly matches: (name: string, payload: unknown) => boolean;
  readonly resolve: (payload: unknown) => void;
}

function parseEvent<N extends ServerEventName>(name: N, payload: unknown): ServerEvents[N];
function parseEvent(name: ServerEventName, payload: unknown): unknown {
  return serverEventSchemas[name].parse(payload);
}

/** A client's socket that remembers everything it was told. */
export class TestSocket {
  readonly raw: Socket;
  readonly #told: { name: string; payload: unknown }[] = [];
  readonly #waiters = new Set<Waiter>();

  constructor(url: string, token: string, headers: Record<string, string> = {}) {
    this.raw = io(`${url}${SOCKET_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
      auth: { token },
    });
    this.raw.onAny((name: string, payload: unknown) => this.#note(name, payload));
    this.raw.on('disconnect', (reason) => this.#note('disconnect', reason));
    this.raw.on('connect_error', (error) => this.#note('connect_error', error));
  }

  #note(name: string, payload: unknown): void {
    this.#told.push({ name, payload });
    for (const waiter of this.#waiters) {
      if (!waiter.matches(name, payload)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(payload);
    }
  }

  #event(matches: Waiter['matches']): Promise<unknown> {
    const known = this.#told.find(({ name, payload }) => matches(name, payload));
    if (known) return Promise.resolve(known.payload);
    return new Promise((resolve) => this.#waiters.add({ matches, resolve }));
  }

  /** The first event of this name, past or to come, that fits. */
  async event<N extends ServerEventName>(
    name: N,
    fits: (payload: ServerEvents[N]) => boolean = () => true,
  ): Promise<ServerEvents[N]> {
    return parseEvent(
      name,
      await this.#event((told, value) => told === name && fits(parseEvent(name, value))),
    );
  }

  /** Payloads of all events of this name so far. */
  told<N extends ServerEventName>(name: N): ServerEvents[N][] {
    return this.#told.filter((one) => one.name === name).map(({ payload }) => parseEvent(name, payload));
  }

  /** Resolves when so many events of this name have come. */
  async toldTimes(name: ServerEventName, count: number): Promise<void> {
    let seen = 0;
    await this.#event((told) => {
      if (told === name) seen += 1;
      return seen === count;
    });
  }

  /** Resolves when the socket has been closed. */
  async closed(): Promise<void> {
    await this.#event((name) => name === 'disconnect');
  }

  /** Resolves with the refusal of the connection. */
  refusal(): Promise<unknown> {
    return this.#event((name) => name === 'connect_error');
  }

  /** Emits and waits for the acknowledgement. */
  async emit(name: string, ...payload: unknown[]): Promise<Ack> {
    const ack: unknown = await this.raw.emitWithAck(name, ...payload);
    return ackSchema.parse(ack);
  }

  close(): void {
    this.raw.disconnect();
  }
}

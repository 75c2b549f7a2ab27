/** One device's way to the server, with everything that can go wrong on it. */
import type { SocketLike } from '../../electron/engine-api.ts';
import { z } from '../../shared/schema.ts';
import { EPOCH_HEADER } from '../../shared/wire/rest.ts';
import { type Life, survive } from './life.ts';
import type { Random } from './random.ts';
import type { HttpAnswer, HttpRequest } from './routes.ts';
import type { SimulatedServer } from './server.ts';
import type { ServerSocket } from './socket-io.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How the way is now. Probabilities are per packet. */
export interface Weather {
  /** `refused`: attempts fail at once. `silent`: packets vanish. */
  readonly way: 'open' | 'refused' | 'silent';
  /** Longest time a packet takes, in milliseconds; the shortest is a tenth of it. */
  readonly latencyMs: number;
  readonly requestLost: number;
  readonly responseLost: number;
  /** A request arrives a second time, up to a minute later. */
  readonly requestTwice: number;
  /** A live event never comes. */
  readonly eventLost: number;
  readonly eventTwice: number;
  /** A live event overtakes those before it. */
  readonly eventOvertakes: number;
}

export const FAIR: Weather = {
  way: 'open',
  latencyMs: 60,
  requestLost: 0,
  responseLost: 0,
  requestTwice: 0,
  eventLost: 0,
  eventTwice: 0,
  eventOvertakes: 0,
};

/** After this time without a pong both ends give a connection up, in milliseconds. */
const PING_TIMEOUT_MS = 9_000;
/** Longest time after which a repeated request arrives, in milliseconds. */
const LATE_REPEAT_MS = 60_000;
/** For so long the server takes a refresh token once more, less what the way may take. */
const REFRESH_GRACE_MS = 20_000;

const sentSchema = z.object({ clientMessageId: z.string() });

export class Link {
  weather: Weather = FAIR;
  /** When a live event last vanished from a connection that stayed open. */
  eventLostAt = Number.NEGATIVE_INFINITY;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #server: SimulatedServer;
  readonly #report: (thrown: unknown) => void;
  readonly #onRefused: (clientMessageId: string) => void;
  #socket: LinkSocket | null = null;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly server: SimulatedServer;
    /** Told what the server threw that it must not throw. */
    readonly report: (thrown: unknown) => void;
    /** Told of a message when its refusal arrives. */
    readonly onRefused: (clientMessageId: string) => void;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#server = parts.server;
    this.#report = parts.report;
    this.#onRefused = parts.onRefused;
  }

  /** The `fetch` of a process that lives on this end. */
  fetchFor(life: Life): typeof globalThis.fetch {
    const request = (url: string, init: RequestInit): Promise<Response> =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('This operation was aborted')));
        const headers = new Headers(init.headers);
        const asked: HttpRequest = {
          method: init.method ?? 'GET',
          path: url.slice(url.indexOf('/api/')),
          body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
          token: headers.get('authorization')?.replace('Bearer ', '') ?? null,
          epoch: headers.get(EPOCH_HEADER) ?? undefined,
        };
        const fail = (code: string) => {
          if (life.isAlive) reject(Object.assign(new TypeError('fetch failed'), { code }));
        };
        this.#exchange(asked, fail, (answer) => {
          if (!life.isAlive) return;
          const refused = [403, 404].includes(answer.status) && sentSchema.safeParse(asked.body);
          if (refused && refused.success) this.#onRefused(refused.data.clientMessageId);
          resolve(responseOf(answer));
        });
      });
    return request as typeof globalThis.fetch;
  }

  #exchange(
    request: HttpRequest,
    fail: (code: string) => void,
    answerWith: (answer: HttpAnswer) => void,
  ): void {
    const { way, requestLost, requestTwice } = this.weather;
    const delay = this.#delay();
    if (way === 'refused') {
      this.#time.after(delay, () => fail('ECONNREFUSED'));
      return;
    }
    if (way === 'silent') return;
    if (this.#random.chance(requestLost)) {
      if (this.#random.chance(0.5)) this.#time.after(delay, () => fail('ECONNRESET'));
      return;
    }
    if (this.#random.chance(requestTwice)) {
      // A refresh token that comes again after its time is a stolen one: the session then has to end.
      const latest = request.path.endsWith('/auth/refresh') ? REFRESH_GRACE_MS : LATE_REPEAT_MS;
      this.#time.after(delay + this.#random.int(0, latest), () => {
        this.#server.handle(request).catch(this.#report);
      });
    }
    this.#time.after(delay, () => {
      if (!this.#server.isUp) {
        this.#time.after(this.#delay(), () => fail('ECONNREFUSED'));
        return;
      }
      this.#server.handle(request).then((answer) => this.#respond(answer, fail, answerWith), this.#report);
    });
  }

  #respond(
    answer: HttpAnswer | null,
    fail: (code: string) => void,
    answerWith: (answer: HttpAnswer) => void,
  ): void {
    const delay = this.#delay();
    if (this.weather.way === 'silent') return;
    const isLost =
      answer === null || this.weather.way === 'refused' || this.#random.chance(this.weather.responseLost);
    if (!isLost) {
      this.#time.after(delay, () => answerWith(answer));
    } else if (answer === null || this.#random.chance(0.5)) {
      this.#time.after(delay, () => fail('ECONNRESET'));
    }
  }

  /** The socket of a process that lives on this end. */
  openSocketFor(life: Life, askToken: (give: (token: string) => void) => void): SocketLike {
    const socket = new LinkSocket({
      life,
      askToken,
      time: this.#time,
      random: this.#random,
      server: this.#server,
      weather: () => this.weather,
      delay: () => this.#delay(),
      onEventLost: () => {
        this.eventLostAt = this.#time.now;
      },
    });
    this.#socket = socket;
    return socket;
  }

  /** Ends the open connection on both sides. */
  cut(): void {
    this.#socket?.cut();
  }

  /** The weather changed: a connection over a way that is gone ends when the next ping fails. */
  change(weather: Weather): void {
    this.weather = weather;
    if (weather.way !== 'open') this.#socket?.starve(this.#random.int(1_000, PING_TIMEOUT_MS));
  }

  #delay(): number {
    const { latencyMs } = this.weather;
    return this.#random.int(Math.ceil(latencyMs / 10), latencyMs);
  }
}

function responseOf({ status, body, headers }: HttpAnswer): Response {
  const text = body === undefined ? '' : JSON.stringify(body);
  const response = {
    ok: status < 400,
    status,
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
    text: async () => text,
  };
  return response as unknown as Response;
}

interface LinkSocketParts {
  readonly life: Life;
  readonly askToken: (give: (token: string) => void) => void;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly server: SimulatedServer;
  readonly weather: () => Weather;
  readonly delay: () => number;
  readonly onEventLost: () => void;
}

/** The client's end of a Socket.IO connection. */
class LinkSocket implements SocketLike {
  connected = false;
  active = false;
  readonly #parts: LinkSocketParts;
  readonly #listeners = new Map<string, (...args: unknown[]) => void>();
  #remote: ServerSocket | null = null;
  /** Counts connections, so that packets of an earlier one are dropped. */
  #number = 0;
  /** When the last packet in order arrives. */
  #lastArrival = 0;

  constructor(parts: LinkSocketParts) {
    this.#parts = parts;
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.set(event, listener);
  }

  connect(): void {
    if (this.active) return;
    this.active = true;
    this.#number += 1;
    const number = this.#number;
    this.#parts.askToken((token) => {
      this.#parts.time.after(this.#parts.delay(), () => this.#knock(number, token));
    });
  }

  #knock(number: number, token: string): void {
    const { server, weather, time, delay } = this.#parts;
    if (weather().way === 'silent') return;
    const isAnswered =
      weather().way === 'open' &&
      server.admit(
        { token },
        {
          deliver: (name, payload) => this.#arrive(number, name, payload),
          closed: () => this.#inOrder(number, () => this.#lose('io server disconnect')),
        },
        (refusal, socket) => {
          if (refusal) {
            this.#inOrder(number, () => {
              this.active = false;
              this.#tell('connect_error', refusal);
            });
            return;
          }
          if (number === this.#number) this.#remote = socket;
          else time.after(delay(), () => socket.end());
          this.#inOrder(number, () => {
            this.connected = true;
            this.#tell('connect');
          });
        },
      );
    if (!isAnswered)
      time.after(delay(), () => number === this.#number && this.#tell('connect_error', new Error('down')));
  }

  #arrive(number: number, name: string, payload: unknown): void {
    const { weather, random, time, delay } = this.#parts;
    const { way, eventLost, eventTwice, eventOvertakes } = weather();
    if (way !== 'open') return;
    const tell = () => this.#tell(name, payload);
    if (name !== 'feed') {
      this.#inOrder(number, tell);
      return;
    }
    if (random.chance(eventLost)) {
      this.#parts.onEventLost();
      return;
    }
    if (random.chance(eventTwice)) time.after(delay() * 3, () => number === this.#number && tell());
    if (random.chance(eventOvertakes)) time.after(delay(), () => number === this.#number && tell());
    else this.#inOrder(number, tell);
  }

  #inOrder(number: number, task: () => void): void {
    const { time, delay } = this.#parts;
    this.#lastArrival = Math.max(this.#lastArrival, time.now + delay());
    time.after(this.#lastArrival - time.now, () => {
      if (number === this.#number) task();
    });
  }

  #tell(name: string, ...args: unknown[]): void {
    if (this.#parts.life.isAlive) survive(() => this.#listeners.get(name)?.(...args));
  }

  #lose(reason: string): void {
    this.#number += 1;
    this.#remote = null;
    this.active = false;
    if (!this.connected) return;
    this.connected = false;
    this.#tell('disconnect', reason);
  }

  disconnect(): void {
    const remote = this.#remote;
    const wait = this.#parts.weather().way === 'open' ? this.#parts.delay() : PING_TIMEOUT_MS;
    if (remote) this.#parts.time.after(wait, () => remote.end());
    this.#lose('io client disconnect');
  }

  cut(): void {
    this.#remote?.end();
    this.#lose('transport close');
  }

  /** Both ends notice that no ping comes through any more. */
  starve(ms: number): void {
    const number = this.#number;
    const remote = this.#remote;
    this.#parts.time.after(ms, () => {
      remote?.end();
      // Also a connection whose welcome is still on its way: it would never hear of the end.
      if (number === this.#number) this.#lose('ping timeout');
    });
  }

  emit(event: string, ...args: unknown[]): void {
    this.#send((remote) => remote.receive(event, args[0]));
  }

  emitWithAck(timeoutMs: number, event: string, payload: unknown): Promise<unknown> {
    const { time, delay } = this.#parts;
    return new Promise((resolve, reject) => {
      time.after(timeoutMs, () => reject(new Error('operation has timed out')));
      this.#send((remote) =>
        remote.receive(event, payload, (ack) => void time.after(delay(), () => resolve(ack))),
      );
    });
  }

  #send(task: (remote: ServerSocket) => void): void {
    const remote = this.#remote;
    if (!remote || this.#parts.weather().way !== 'open') return;
    this.#parts.time.after(this.#parts.delay(), () => task(remote));
  }
}

/**
 * Stands in for socket.io under `backend/realtime/gateway.ts`: namespaces, rooms and sockets as the gateway
 * uses them, with a line of the simulated network in the place of a WebSocket.
 */

type Listener = (...args: unknown[]) => void;
type Middleware = (socket: ServerSocket, next: (refusal?: Error) => void) => void;

/** The server's end of one connection. */
export interface Line {
  /** Sends an event to the client. */
  deliver(name: string, payload: unknown): void;
  /** The server closed the connection. */
  closed(): void;
}

export class ServerSocket {
  readonly id: string;
  readonly data: Record<string, unknown> = {};
  readonly handshake: { readonly auth: unknown };
  connected = true;
  readonly #namespace: Namespace;
  readonly #line: Line;
  #onDisconnect: Listener[] = [];
  #onAny: Listener[] = [];

  constructor(namespace: Namespace, id: string, auth: unknown, line: Line) {
    this.#namespace = namespace;
    this.id = id;
    this.handshake = { auth };
    this.#line = line;
  }

  on(name: string, listener: Listener): void {
    if (name === 'disconnect') this.#onDisconnect.push(listener);
  }

  onAny(listener: Listener): void {
    this.#onAny.push(listener);
  }

  join(room: string): void {
    this.#namespace.adapter.join(room, this.id);
  }

  leave(room: string): void {
    this.#namespace.adapter.leave(room, this.id);
  }

  emit(name: string, payload: unknown): void {
    if (this.connected) this.#line.deliver(name, payload);
  }

  disconnect(): void {
    if (this.end()) this.#line.closed();
  }

  /** The client emitted; `acknowledge` when it waits for an answer. */
  receive(name: string, payload: unknown, acknowledge?: (ack: unknown) => void): void {
    if (!this.connected) return;
    for (const listener of this.#onAny) listener(name, payload, ...(acknowledge ? [acknowledge] : []));
  }

  /** The connection is gone; false when it was before. */
  end(): boolean {
    if (!this.connected) return false;
    this.connected = false;
    this.#namespace.forget(this.id);
    for (const listener of this.#onDisconnect) listener('transport close');
    return true;
  }
}

class Adapter {
  readonly rooms = new Map<string, Set<string>>();

  join(room: string, id: string): void {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members.add(id));
  }

  leave(room: string, id: string): void {
    const members = this.rooms.get(room);
    members?.delete(id);
    if (members?.size === 0) this.rooms.delete(room);
  }
}

class Namespace {
  readonly sockets = new Map<string, ServerSocket>();
  readonly adapter = new Adapter();
  #middlewares: Middleware[] = [];
  #onConnection: ((socket: ServerSocket) => void)[] = [];
  #number = 0;

  use(middleware: Middleware): void {
    this.#middlewares.push(middleware);
  }

  on(_name: 'connection', listener: (socket: ServerSocket) => void): void {
    this.#onConnection.push(listener);
  }

  to(room: string) {
    const members = () =>
      [...(this.adapter.rooms.get(room) ?? [])]
        .map((id) => this.sockets.get(id))
        .filter((socket) => socket !== undefined);
    return {
      emit: (name: string, payload: unknown) => {
        for (const socket of members()) socket.emit(name, payload);
      },
      socketsLeave: (other: string) => {
        for (const socket of members()) socket.leave(other);
      },
    };
  }

  in(room: string) {
    return this.to(room);
  }

  disconnectSockets(): void {
    for (const socket of [...this.sockets.values()]) socket.disconnect();
  }

  forget(id: string): void {
    this.sockets.delete(id);
    for (const room of [...this.adapter.rooms.keys()]) this.adapter.leave(room, id);
  }

  /** A client comes; `answer` hears the refusal or the socket. */
  admit(auth: unknown, line: Line, answer: (refusal: Error | null, socket: ServerSocket) => void): void {
    this.#number += 1;
    const socket = new ServerSocket(this, String(this.#number), auth, line);
    const pass = (index: number): void => {
      const middleware = this.#middlewares[index];
      if (middleware) {
        middleware(socket, (refusal) => (refusal ? answer(refusal, socket) : pass(index + 1)));
        return;
      }
      this.sockets.set(socket.id, socket);
      answer(null, socket);
      for (const listener of this.#onConnection) listener(socket);
    };
    pass(0);
  }
}

export class Server {
  /** The one created last: the simulation starts one at a time. */
  static latest: Server | null = null;
  readonly engine = { close: () => {} };
  readonly #namespaces = new Map<string, Namespace>();

  constructor() {
    Server.latest = this;
  }

  of(name: string): Namespace {
    const known = this.#namespaces.get(name) ?? new Namespace();
    this.#namespaces.set(name, known);
    return known;
  }

  /** The root namespace, which nobody comes to here. */
  use(): void {}

  disconnectSockets(): void {
    for (const namespace of this.#namespaces.values()) namespace.disconnectSockets();
  }
}

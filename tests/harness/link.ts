/**
 * A TCP link between a client and a server that can be made as bad as real ones: slow, narrow, bumpy, stalled,
 * or dead in one direction or both without either end being told. It knows bytes only, no HTTP.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** How bytes travel; all zero (the default) is a perfect link. */
export interface LinkQuality {
  /** Milliseconds on the way, in each direction. */
  readonly latencyMs: number;
  /** Up to so many milliseconds more, by chance for each piece; pieces never overtake each other. */
  readonly jitterMs: number;
  /** Bytes per second in each direction of each connection; 0 means no limit. */
  readonly bytesPerSecond: number;
  /** Largest piece that is handed on at once; 0 means no limit. */
  readonly segmentBytes: number;
}

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down';

export interface Link {
  readonly url: string;
  /** Connections of clients that the link still has. */
  connections(): number;
  /** Changes the quality for what is sent from now on; what is not named becomes perfect. */
  setQuality(quality: Partial<LinkQuality>): void;
  /** Keeps what is sent in these directions back until {@link flow}, and then lets it through, as TCP does. */
  stall(...directions: Direction[]): void;
  /**
   * Loses for ever what the connections that exist send in these directions, also after {@link flow}; new ones
   * are lost as well until then. Nobody is told: the ends of a dead direction do not see each other close.
   */
  kill(...directions: Direction[]): void;
  /** Lets everything through that was stalled, and new connections live. */
  flow(): void;
  /** Resets every connection. */
  reset(): void;
  close(): Promise<void>;
}

const PERFECT: LinkQuality = { latencyMs: 0, jitterMs: 0, bytesPerSecond: 0, segmentBytes: 0 };

/** What both ways of all connections look at. */
interface Conditions {
  quality: LinkQuality;
  readonly random: () => number;
}

/** One direction of one connection. */
class Way {
  readonly #conditions: Conditions;
  readonly #target: Socket;
  readonly #queue: { readonly at: number; readonly deliver: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lastAt = 0;
  #state: 'flowing' | 'stalled' | 'dead';

  constructor(conditions: Conditions, source: Socket, target: Socket, state: 'flowing' | 'stalled' | 'dead') {
    this.#conditions = conditions;
    this.#target = target;
    this.#state = state;
    source.on('data', (bytes: Buffer) => this.#send(bytes));
    source.on('end', () => this.#enqueue(0, () => target.end()));
    source.on('error', () => this.#enqueue(0, () => target.resetAndDestroy()));
    source.on('close', () => this.#enqueue(0, () => target.destroySoon()));
    target.on('close', () => this.die());
  }

  stall(): void {
    if (this.#state === 'flowing') this.#state = 'stalled';
  }

  die(): void {
    this.#state = 'dead';
    this.#queue.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  flow(): void {
    if (this.#state !== 'stalled') return;
    this.#state = 'flowing';
    this.#deliverDue();
  }

  #send(bytes: Buffer): void {
    const { segmentBytes } = this.#conditions.quality;
    const size = segmentBytes > 0 ? segmentBytes : bytes.length;
    for (let start = 0; start < bytes.length; start += size) {
      const piece = bytes.subarray(start, start + size);
      this.#enqueue(piece.length, () => void this.#target.write(piece));
    }
  }

  #enqueue(size: number, deliver: () => void): void {
    if (this.#state === 'dead') return;
    const { latencyMs, jitterMs, bytesPerSecond } = this.#conditions.quality;
    const arrival = performance.now() + latencyMs + jitterMs * this.#conditions.random();
    const transfer = bytesPerSecond > 0 ? (size * 1_000) / bytesPerSecond : 0;
    this.#lastAt = Math.max(arrival, this.#lastAt) + transfer;
    this.#queue.push({ at: this.#lastAt, deliver });
    this.#deliverDue();
  }

  #deliverDue(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#state === 'flowing') {
      const [next] = this.#queue;
      if (next === undefined) return;
      const wait = next.at - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#deliverDue(), wait);
        return;
      }
      this.#queue.shift();
      next.deliver();
    }
  }
}

/**
 * Opens a perfect link to the server at `targetUrl` on a free loopback port.
 * @param random uniform in [0, 1), for jitter
 */
export async function openLink(targetUrl: string, random: () => number): Promise<Link> {
  const target = new URL(targetUrl);
  const conditions: Conditions = { quality: PERFECT, random };
  const clients = new Map<Socket, Readonly<Record<Direction, Way>>>();
  const sockets = new Set<Socket>();
  const fate: Record<Direction, 'flowing' | 'stalled' | 'dead'> = { up: 'flowing', down: 'flowing' };

  function adopt(socket: Socket): void {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    adopt(client);
    adopt(upstream);
    clients.set(client, {
      up: new Way(conditions, client, upstream, fate.up),
      down: new Way(conditions, upstream, client, fate.down),
    });
    client.once('close', () => clients.delete(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The link has no port.');

  function reset(): void {
    for (const client of clients.keys()) client.resetAndDestroy();
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    connections: () => clients.size,
    setQuality: (quality) => {
      conditions.quality = { ...PERFECT, ...quality };
    },
    stall: (...directions) => {
      for (const direction of directions) {
        fate[direction] = 'stalled';
        for (const ways of clients.values()) ways[direction].stall();
      }
    },
    kill: (...directions) => {
      for (const direction of directions) {
        fate[direction] = 'dead';
        for (const ways of clients.values()) ways[direction].die();
      }
    },
    flow: () => {
      fate.up = 'flowing';
      fate.down = 'flowing';
      for (const { up, down } of clients.values()) {
        up.flow();
        down.flow();
      }
    },
    reset,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

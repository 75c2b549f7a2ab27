/** A proxy in front of the backend that can be told to do what networks and middleboxes do. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reasonOf } from './wait.ts';

/** What the proxy does to one request instead of passing it on. */
export type Fault =
  /** The server gets the request and answers; the client sees the connection die. */
  | { readonly kind: 'loseAnswer' }
  /** The request waits here, and goes on to the server when the rule is removed. */
  | { readonly kind: 'holdRequest' }
  /** The server gets nothing; the client gets this. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** Ready-made answers of middleboxes and of servers in trouble. */
export const faults = {
  loseAnswer: { kind: 'loseAnswer' },
  holdRequest: { kind: 'holdRequest' },
  htmlPage: {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Welcome</title><p>Accept the terms of this network.',
  },
  redirect: { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/login' }, body: '' },
  unavailable: { kind: 'answer', status: 503, headers: { 'content-type': 'text/html' }, body: 'Down' },
} as const satisfies Record<string, Fault>;

/** The server's own "slow down", with the seconds to wait. */
export function rateLimited(seconds: number): Fault {
  return {
    kind: 'answer',
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
    body: '{"error":{"code":"rate_limited","message":"Slow down."}}',
  };
}

/** A request that came to the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: string;
}

/** A fault that waits for its requests. */
export interface FaultRule {
  /** How many requests it has caught; a lost answer counts once the server has given it. */
  readonly hits: () => number;
  /** Catches nothing any more, and lets go of the requests that it holds. */
  remove(): void;
}

export interface FaultProxy {
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Does `fault` to the next `times` requests that match. */
  addRule(matches: (request: SeenRequest) => boolean, fault: Fault, times?: number): FaultRule;
  /** Answers WebSocket upgrades with 403 from now on, or lets them pass again. */
  refuseUpgrades(refuse: boolean): void;
  /** Cuts all live WebSockets. */
  cutSockets(): void;
  /** Closes the port and every connection: clients see "connection refused". */
  refuse(): Promise<void>;
  /** Accepts connections and lets nothing through in either direction, as a dead link does. */
  blackHole(): void;
  /** Passes everything again; what the black hole swallowed is cut, as a link that comes back does. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

interface ActiveRule {
  readonly matches: (request: SeenRequest) => boolean;
  readonly fault: Fault;
  timesLeft: number;
  hits: number;
  readonly released: Promise<void>;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Starts a proxy on a free loopback port in front of `targetUrl`. */
export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const requests: SeenRequest[] = [];
  const rules = new Set<ActiveRule>();
  const connections = new Set<Socket>();
  const upgraded = new Set<Duplex>();
  let isBlackHole = false;
  let refusesUpgrades = false;

  async function askServer(incoming: IncomingMessage, body: Buffer) {
    const outgoing = request(new URL(incoming.url ?? '/', target), {
      method: incoming.method,
      headers: { ...incoming.headers, host: target.host },
      agent: false,
    });
    outgoing.end(body);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
    });
    const answer = await answered;
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await readAll(answer) };
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const seen = { method: incoming.method ?? '', path: incoming.url ?? '', body: body.toString('utf8') };
    requests.push(seen);
    if (isBlackHole) return;
    const rule = [...rules].find(({ timesLeft, matches }) => timesLeft > 0 && matches(seen));
    if (rule !== undefined) rule.timesLeft -= 1;
    if (rule?.fault.kind === 'answer') {
      rule.hits += 1;
      response.writeHead(rule.fault.status, rule.fault.headers).end(rule.fault.body);
      return;
    }
    if (rule?.fault.kind === 'holdRequest') {
      rule.hits += 1;
      await rule.released;
    }
    const answer = await askServer(incoming, body);
    if (rule?.fault.kind === 'loseAnswer') {
      rule.hits += 1;
      incoming.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      response.destroy(new Error(`The proxy could not pass the request: ${reasonOf(error)}`));
    });
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('upgrade', (incoming, client, head) => {
    if (refusesUpgrades) {
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      lines.push(`${incoming.rawHeaders[index]}: ${incoming.rawHeaders[index + 1]}`);
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
    if (isBlackHole) swallow(client, upstream);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      upgraded.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        upgraded.delete(one);
        other.destroy();
      });
    }
  });

  function swallow(...streams: readonly Duplex[]): void {
    for (const stream of streams) stream.unpipe().pause();
  }
  function cut(streams: Iterable<Duplex>): void {
    for (const stream of streams) stream.destroy();
  }
  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return address.port;
  }
  async function refuse(): Promise<void> {
    cut(upgraded);
    cut(connections);
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  }

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    addRule(matches, fault, times = 1) {
      const released = Promise.withResolvers<void>();
      const rule: ActiveRule = { matches, fault, timesLeft: times, hits: 0, released: released.promise };
      rules.add(rule);
      return {
        hits: () => rule.hits,
        remove: () => {
          rules.delete(rule);
          released.resolve();
        },
      };
    },
    refuseUpgrades: (value) => {
      refusesUpgrades = value;
    },
    cutSockets: () => cut(upgraded),
    refuse,
    blackHole: () => {
      isBlackHole = true;
      swallow(...upgraded);
    },
    pass: async () => {
      if (isBlackHole) {
        isBlackHole = false;
        cut(upgraded);
        cut(connections);
      }
      if (!server.listening) await listen(port);
    },
    close: refuse,
  };
}

/** A proxy in front of the backend that can be told to do what networks and middleboxes do. */
import { once } from 'node:events';
import {
  createServer,
  request,
  STATUS_CODES,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  createFaultRules,
  faults,
  type AnswerFault,
  type Caught,
  type Fault,
  type FaultRule,
  type SeenRequest,
} from './faults.ts';
import { reasonOf } from './wait.ts';

/** What an upgrade to WebSocket meets: an answer, or nobody who answers. */
export type UpgradeFault = AnswerFault | 'silence';

export interface FaultProxy {
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Does `fault` to the next `times` requests that match. */
  addRule(matches: (request: SeenRequest) => boolean, fault: Fault, times?: number): FaultRule;
  /** Answers WebSocket upgrades with 403 (or as said) from now on, or lets them pass again. */
  refuseUpgrades(how: boolean | UpgradeFault): void;
  /** WebSockets that the server has and means to keep. */
  liveSockets(): number;
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

/** First byte of the frame by which a WebSocket is closed. */
const CLOSE_FRAME = 0x88;

/** What the server said. */
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** An answer as it stands on the wire, for connections that no server object answers. */
function rawAnswer({ status, headers = {}, body }: AnswerFault): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Starts a proxy on a free loopback port in front of `targetUrl`. */
export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const requests: SeenRequest[] = [];
  const rules = createFaultRules();
  const connections = new Set<Socket>();
  const upgraded = new Set<Duplex>();
  let isBlackHole = false;
  let upgradeFault: UpgradeFault | null = null;
  const live = new Set<Socket>();

  function openRequest(incoming: IncomingMessage): ClientRequest {
    return request(new URL(incoming.url ?? '/', target), {
      method: incoming.method,
      headers: { ...incoming.headers, host: target.host },
      agent: false,
    });
  }

  async function askServer(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const outgoing = openRequest(incoming);
    outgoing.end(body);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
    });
    const answer = await answered;
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await readAll(answer) };
  }

  /** Gives the server half of the body, waits until that is on its way, and resets the connection. */
  async function askByHalf(incoming: IncomingMessage, body: Buffer): Promise<void> {
    const outgoing = openRequest(incoming);
    outgoing.on('error', () => undefined);
    const half = body.subarray(0, body.length / 2);
    await new Promise((resolve) => (half.length > 0 ? outgoing.write(half, resolve) : resolve(null)));
    outgoing.destroy();
  }

  /** Does what the rule says, if anything; true when the client has got all that it will get. */
  async function strike(
    { fault, hit, released, replay }: Caught,
    incoming: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<boolean> {
    const reset = (): void => void incoming.socket.resetAndDestroy();
    switch (fault.kind) {
      case 'answer':
        hit();
        await fault.after;
        response.writeHead(fault.status, fault.headers).end(fault.body);
        return true;
      case 'loseRequest':
        hit();
        reset();
        return true;
      case 'cutRequest':
        hit();
        await askByHalf(incoming, body);
        reset();
        return true;
      case 'loseAnswer':
        await askServer(incoming, body);
        hit();
        incoming.socket.destroy();
        return true;
      case 'cutAnswer': {
        const answer = await askServer(incoming, body);
        hit();
        response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
        response.write(answer.body.subarray(0, answer.body.length / 2), reset);
        return true;
      }
      case 'truncateAnswer': {
        const answer = await askServer(incoming, body);
        hit();
        const half = answer.body.subarray(0, answer.body.length / 2);
        response.writeHead(answer.status, { ...answer.headers, 'content-length': half.length }).end(half);
        return true;
      }
      case 'duplicateRequest':
        hit();
        void askServer(incoming, body).catch(() => undefined);
        return false;
      case 'replayRequest':
        hit();
        replay(() => askServer(incoming, body));
        return false;
      case 'holdRequest':
        hit();
        await released;
        return false;
      case 'delayAnswer': {
        hit();
        const answer = await askServer(incoming, body);
        setTimeout(() => response.writeHead(answer.status, answer.headers).end(answer.body), fault.ms());
        return true;
      }
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const seen = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      body: body.toString('utf8'),
      at: performance.now(),
    };
    requests.push(seen);
    if (isBlackHole) return;
    const caught = rules.take(seen);
    if (caught !== undefined && (await strike(caught, incoming, body, response))) return;
    const answer = await askServer(incoming, body);
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
    if (upgradeFault === 'silence') {
      client.resume();
      return;
    }
    if (upgradeFault !== null) {
      client.end(rawAnswer(upgradeFault));
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
    live.add(upstream);
    upstream.once('close', () => live.delete(upstream));
    // The server's goodbye, after which it waits for an answer that a dead link does not bring.
    upstream.on('data', (bytes: Buffer) => {
      if (bytes[0] === CLOSE_FRAME) live.delete(upstream);
    });
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
    addRule: (matches, fault, times = 1) => rules.add(matches, fault, times),
    refuseUpgrades: (how) => {
      if (typeof how === 'boolean') upgradeFault = how ? faults.forbidden : null;
      else upgradeFault = how;
    },
    liveSockets: () => live.size,
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

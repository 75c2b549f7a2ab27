/** The load: plain HTTP over kept connections, and Socket.IO clients. */
import { Agent, request } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { SOCKET_NAMESPACE, serverEventSchemas } from '../../shared/wire/socket.ts';
import { within } from '../../tests/harness/wait.ts';

/** Requests to one backend. It costs less processor time than `fetch`, which on two cores the backend would miss. */
export class HttpLoad {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'fifo' });

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** @returns the body. @throws for every answer but a success */
  call(method: 'GET' | 'POST', path: string, token: string, body?: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(payload)),
        }),
      };
      const { hostname, port } = this.#url;
      const asked = request({ agent: this.#agent, hostname, port, path: `/api${path}`, method, headers });
      asked.once('error', reject);
      asked.once('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new Error(`${method} ${path} answered ${status}: ${text}`));
        });
      });
      asked.end(payload);
    });
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy();
  }
}

/** A socket that was greeted. */
export interface LiveSocket {
  /** The time (of `performance.now`) at which the event with this message arrives. */
  arrivalOf(clientMessageId: string): Promise<number>;
  close(): void;
}

/** Opens a socket of the messaging namespace. @throws when it is refused or says nothing for long */
export async function connectSocket(url: string, token: string): Promise<LiveSocket> {
  const socket: Socket = io(`${url}${SOCKET_NAMESPACE}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token },
  });
  const waiting = new Map<string, (at: number) => void>();
  socket.on('feed', (payload: unknown) => {
    const at = performance.now();
    const { event } = serverEventSchemas.feed.parse(payload);
    if (event.type === 'message.created') waiting.get(event.message.clientMessageId)?.(at);
  });
  await within(
    'the hello of a socket',
    new Promise((resolve, reject) => {
      socket.once('hello', resolve);
      socket.once('connect_error', reject);
    }),
    60_000,
  );
  return {
    arrivalOf: (clientMessageId) =>
      within(
        'a message on a socket',
        new Promise<number>((resolve) => waiting.set(clientMessageId, resolve)),
      ).finally(() => waiting.delete(clientMessageId)),
    close: () => socket.close(),
  };
}

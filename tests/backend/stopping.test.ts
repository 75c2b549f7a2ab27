import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { loginAnswerSchema, messageAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import {
  startBackendProcess,
  type BackendProcess,
  type BackendSettings,
} from '../harness/backend-process.ts';
import { waitFor } from '../harness/wait.ts';

/** Throws an error with a private text in it when the process gets SIGUSR2, and rejects with one on SIGPIPE. */
const FAULTS = Buffer.from(
  "process.on('SIGUSR2', () => { throw new Error('a private text'); });" +
    "process.on('SIGPIPE', () => { void Promise.reject(new Error('a private text')); });",
).toString('base64');
const fatalSchema = z.looseObject({ level: z.literal(60), err: z.looseObject({ type: z.literal('Error') }) });

let folder: string;
let backend: BackendProcess;
let start: (settings?: BackendSettings) => Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trainer-inbox-stopping-'));
  start = async (settings = {}) => {
    const args = ['--demo', '--database', path.join(folder, 'backend.db')];
    backend = await startBackendProcess({ args, settings: { SEND_LIMIT_PER_MINUTE: '0', ...settings } });
  };
});
afterEach(async () => {
  await backend.end('SIGKILL');
  await rm(folder, { recursive: true });
});

async function ask(target: string, token?: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${backend.url}${target}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });
  return response.json();
}

async function signIn() {
  const login = { email: 'maya@demo.test', password: 'demo-password' };
  const { accessToken } = loginAnswerSchema.parse(await ask('/api/auth/login', undefined, login));
  const { conversations } = snapshotAnswerSchema.parse(await ask('/api/messaging/snapshot', accessToken));
  return { accessToken, thread: `/api/messaging/conversations/${conversations[0]?.id}/messages` };
}

/** Begins a request and never finishes it. */
async function beginRequest() {
  const { hostname, port } = new URL(backend.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const head =
    'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n';
  await new Promise((resolve) => socket.write(`${head}\r\n{`, resolve));
  // An answer on another connection says that the server has read what came before.
  await ask('/healthz');
  return socket;
}

describe('stopping', { timeout: 60_000 }, () => {
  it('under load finishes what it has begun: what was acknowledged is stored, once, and the rest is not', async () => {
    await start();
    const { accessToken, thread } = await signIn();
    const acknowledged = new Set<string>();
    const unsure: string[] = [];
    const enough = Promise.withResolvers<void>();
    const send = async (clientMessageId: string) =>
      messageAnswerSchema.parse(await ask(thread, accessToken, { clientMessageId, content: 'On and on.' }));
    const writers = Array.from({ length: 8 }, async () => {
      for (;;) {
        const clientMessageId = randomUUID();
        try {
          await send(clientMessageId);
          acknowledged.add(clientMessageId);
          if (acknowledged.size > 50) enough.resolve();
        } catch {
          return unsure.push(clientMessageId);
        }
      }
    });
    await enough.promise;
    const startedAt = performance.now();
    expect(await backend.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await Promise.all(writers);
    const log = backend.log();
    expect(log).toContain('"msg":"stopped"');
    expect(log).not.toMatch(/"level":[56]0/);

    await start();
    const repeated = await Promise.all([...acknowledged, ...unsure].map(send));
    const places = repeated.map(({ message }) => message.seq).toSorted((a, b) => a - b);
    expect(places).toEqual(places.map((_, index) => (places[0] ?? 0) + index));
  });

  it('cuts off a client that does not finish its request, and still ends well within 5 s', async () => {
    await start();
    const socket = await beginRequest();
    const startedAt = performance.now();
    expect(await backend.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    socket.destroy();
  });

  it('closes everything also after a client that left before its answer', async () => {
    await start();
    const { hostname, port } = new URL(backend.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nthis is not http\r\n\r\n');
    await waitFor('the request to be lost', () => backend.log().includes('"lost"'));
    expect(await backend.end('SIGTERM')).toBe(0);
    expect(backend.log()).toContain('"msg":"stopped"');
  });

  it('happens at once when it is asked for twice', async () => {
    await start();
    const socket = await beginRequest();
    process.kill(backend.pid, 'SIGTERM');
    await waitFor('the first signal to be heard', () => backend.log().includes('"msg":"stopping"'));
    const startedAt = performance.now();
    expect(await backend.end('SIGTERM')).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    socket.destroy();
  });
});

describe('an error that nobody caught', { timeout: 60_000 }, () => {
  it.each(['SIGUSR2', 'SIGPIPE'] as const)(
    'is logged without private words and ends the process (%s)',
    async (signal) => {
      await start({ NODE_OPTIONS: `--import=data:text/javascript;base64,${FAULTS}` });
      process.kill(backend.pid, signal);
      await waitFor('the error to be logged', () => backend.log().includes('"level":60'));
      expect(await backend.end('SIGTERM')).toBe(1);
      const last = backend.log().trimEnd().split('\n').at(-1) ?? '';
      expect(() => fatalSchema.parse(JSON.parse(last))).not.toThrow();
      expect(backend.log()).not.toContain('private');
    },
  );
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../harness/backend.ts';
import { RawWebSocket } from '../../harness/raw-web-socket.ts';
import { seededRandom } from '../../harness/seeded-random.ts';
import { within } from '../../harness/wait.ts';
import { z } from '../../../shared/schema.ts';
import { loginAnswerSchema, snapshotAnswerSchema } from '../../../shared/wire/rest.ts';
import { settings } from '../../torture/support/settings.ts';
import { anyRequest } from './http-requests.ts';
import { anyFrame } from './socket-frames.ts';
import type { Ammunition } from './values.ts';

/** Requests under way at once, and sockets. */
const BATCH = 25;
const SOCKETS = 8;
const FRAMES_PER_SOCKET = 25;
/** No request may hang longer than 10 s; some more for a busy machine. */
const HANG_MS = 15_000;
/** What the heap may grow by: it is not the same to the byte after each collection. */
const HEAP_SLACK_BYTES = 6 * 1_024 * 1_024;
const LOGINS = ['maya', 'liam', 'amara', 'zoe', 'tomas', 'priya', 'soren', 'trainer'] as const;
const PATIENCE_MS = 60_000 + settings.fuzz * 30;

let backend: Backend;
let ammunition: Ammunition;

async function call(method: string, path: string, token?: string, body?: unknown): Promise<Response> {
  return fetch(`${backend.url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function signIn(login: string) {
  const body = { email: `${login}@demo.test`, password: 'demo-password' };
  return loginAnswerSchema.parse(await (await call('POST', '/api/auth/login', undefined, body)).json());
}

beforeAll(async () => {
  backend = await startBackend({
    // Only what the server thinks is its own fault, or dangerous, is worth a line.
    LOG_LEVEL: 'warn',
    ACCESS_TOKEN_SECONDS: '86400',
    READ_LIMIT_PER_MINUTE: '0',
    SEND_LIMIT_PER_MINUTE: '0',
    NODE_OPTIONS: '--expose-gc --import=./tests/harness/memory-probe.ts',
  });
  const people = await Promise.all([...LOGINS, 'admin'].map(signIn));
  const tokens = people.map(({ accessToken }) => accessToken);
  const trainer = tokens[LOGINS.indexOf('trainer')];
  const snapshot = snapshotAnswerSchema.parse(
    await (await call('GET', '/api/messaging/snapshot', trainer)).json(),
  );
  // A session of its own, because old refresh tokens end theirs.
  const { refreshToken } = await signIn('maya');
  ammunition = {
    accessTokens: tokens,
    refreshToken,
    ids: [...snapshot.conversations.map(({ id }) => id), ...people.map(({ user }) => user.id), 4_000_000],
    epoch: snapshot.epoch,
  };
});
afterAll(() => backend.dispose());

const probeSchema = z.object({ event: z.literal('memory'), bytes: z.number() });
let probes = 0;

/** Bytes that the server uses when its garbage is gone. */
async function memoryInUse(): Promise<number> {
  probes += 1;
  process.kill(backend.pid() ?? Number.NaN, 'SIGUSR2');
  const seen = await within(
    'the memory probe to answer',
    (async () => {
      for (;;) {
        const lines = backend
          .log()
          .split('\n')
          .filter((line) => line.includes('"memory"'));
        if (lines.length >= probes) return lines.at(-1) ?? '';
        await call('GET', '/healthz');
      }
    })(),
  );
  return probeSchema.parse(JSON.parse(seen)).bytes;
}

/** Lines that the server logged by itself. */
const complaints = () =>
  backend
    .log()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"memory"'));

interface Exchange {
  /** Resolves with all that came when the connection is gone. */
  readonly answer: Promise<string>;
  /** Says that nothing more will come from this side. */
  end(): void;
}

function exchange(bytes: Buffer): Exchange {
  const { hostname, port } = new URL(backend.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  // A server may reset the connection of somebody who goes on talking after its last word.
  socket.on('error', () => undefined);
  socket.write(bytes);
  return {
    answer: new Promise((resolve) => {
      socket.once('close', () => resolve(received));
    }),
    end: () => socket.end(),
  };
}

describe('the backend under fire', () => {
  it(
    `answers ${settings.fuzz} requests that no client would make, and none with 5xx`,
    { timeout: PATIENCE_MS },
    async () => {
      const statuses = new Map<string, number>();
      let atFirst = 0;
      for (let first = 0; first < settings.fuzz; first += BATCH) {
        const cases = Array.from({ length: BATCH }, (_, index) => {
          const number = first + index;
          const bytes = anyRequest(seededRandom(settings.seed * 1_000_003 + number), ammunition);
          return { name: `seed ${settings.seed}, request ${number}`, bytes, ...exchange(bytes) };
        });
        // Some real requests that take longer than most of them; then those that wait for more are told the end.
        for (let calls = 0; calls < 3; calls += 1) {
          await (await call('GET', '/api/messaging/snapshot', ammunition.accessTokens.at(-2))).text();
        }
        for (const one of cases) one.end();
        for (const { name, bytes, answer } of cases) {
          const received = await within(`the end of ${name}: ${bytes.toString('latin1')}`, answer, HANG_MS);
          const status = /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 'none';
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          expect(status, `${name}: ${bytes.toString('latin1')}\n${received}`).not.toMatch(/^5/);
        }
        if (first <= settings.fuzz / 4) atFirst = await memoryInUse();
      }
      expect((await memoryInUse()) - atFirst).toBeLessThan(HEAP_SLACK_BYTES);
      expect(complaints()).toEqual([]);
      // Not all of them bounced off the door.
      const seen = JSON.stringify([...statuses]);
      for (const status of ['200', '201', '400', '401', '403', '404', '415', '431']) {
        expect(statuses.get(status) ?? 0, `answers with ${status} of ${seen}`).toBeGreaterThan(0);
      }
    },
  );

  it(
    `lives through ${settings.fuzz} frames that no client would send, and hangs up on none that it can pass over`,
    { timeout: PATIENCE_MS },
    async () => {
      const tokens = await Promise.all(LOGINS.map(async (login) => (await signIn(login)).accessToken));
      const sessions = Math.ceil(settings.fuzz / FRAMES_PER_SOCKET);
      let atFirst = 0;

      async function session(number: number): Promise<void> {
        const name = `seed ${settings.seed}, socket ${number}`;
        const random = seededRandom(settings.seed * 1_000_003 + number);
        const socket = await RawWebSocket.open(`${backend.url}/socket.io/?EIO=4&transport=websocket`);
        socket.sendText(`40/messaging,${JSON.stringify({ token: tokens[number % SOCKETS] })}`);
        const hello = await socket.received.find(
          `${name} to be greeted`,
          (text) => text === null || text.includes('"hello"'),
        );
        expect(hello, name).not.toBeNull();
        const frames = Array.from({ length: FRAMES_PER_SOCKET }, () => anyFrame(random, ammunition));
        // Half of the sockets get no frame that may end them, or make the server wait for the rest of it.
        const isGentle = number % 2 === 0;
        const sent = frames.filter(({ mayClose }) => !isGentle || !mayClose);
        for (const { bytes } of sent) socket.write(bytes);
        if (isGentle) {
          // The first ends a packet whose binary parts are still to come.
          socket.sendText('4x');
          socket.sendText('42/messaging,987654["conversation:focus",{"conversationId":null}]');
          const end = await socket.received.find(
            `${name} to answer`,
            (text) => text === null || text.startsWith('43/messaging,987654'),
          );
          const written = sent.map(({ bytes }) => bytes.toString('base64')).join('\n');
          expect(end, `${name} stays open after the frames\n${written}`).not.toBeNull();
        } else await (await call('GET', '/healthz')).text();
        socket.destroy();
      }

      for (let first = 0; first < sessions; first += SOCKETS) {
        await Promise.all(Array.from({ length: SOCKETS }, (_, index) => session(first + index)));
        if (first <= sessions / 4) atFirst = await memoryInUse();
      }
      expect((await memoryInUse()) - atFirst).toBeLessThan(HEAP_SLACK_BYTES);
      expect(complaints()).toEqual([]);
    },
  );

  it('still does what it is there for, for somebody whose token none of that had', async () => {
    const { accessToken } = await signIn('rival');
    const snapshot = snapshotAnswerSchema.parse(
      await (await call('GET', '/api/messaging/snapshot', accessToken)).json(),
    );
    const [conversation] = snapshot.conversations;
    const body = { clientMessageId: '018f3c5e-7d1a-7b3c-9d2e-3f4a5b6c7d8e', content: 'Still there?' };
    const path = `/api/messaging/conversations/${conversation?.id}/messages`;
    expect((await call('POST', path, accessToken, body)).status).toBe(201);
  });
});

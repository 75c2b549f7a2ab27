import { describe, expect, it, onTestFinished } from 'vitest';
import type { SocketLike } from '../../electron/engine-api.ts';
import { createApi } from '../../electron/sync/api.ts';
import { createConnection } from '../../electron/sync/connection.ts';
import { dropHttpConnections } from '../../electron/sync/http-connections.ts';
import { ok } from '../../shared/result.ts';
import { openLink } from '../harness/link.ts';
import { waitFor } from '../harness/wait.ts';
import { hurried } from './support/engine-under-test.ts';
import { FakeClock } from './support/fake-clock.ts';
import { refusal } from './support/scripted-server.ts';
import { PEER_ID, signedIn, startServer } from './support/signed-in.ts';

const token = async () => ok('token');
const tokens = { current: token, renew: token };

/** A socket of which the test says what becomes of it, in a connection that has just begun. */
async function connecting() {
  const clock = new FakeClock();
  const listeners = new Map<string, (...args: unknown[]) => void>();
  let attempts = 0;
  const socket: SocketLike = {
    connected: false,
    active: true,
    connect: () => {
      attempts += 1;
    },
    disconnect: () => undefined,
    on: (event, listener) => void listeners.set(event, listener),
    emit: () => undefined,
    emitWithAck: async () => null,
  };
  const ignore = (): void => undefined;
  const connection = createConnection({
    openSocket: () => socket,
    origin: 'http://127.0.0.1:9',
    clock,
    random: () => 0.5,
    log: ignore,
    tokens,
    onUp: ignore,
    onDown: ignore,
    on: { hello: ignore, feed: ignore, head: ignore, typing: ignore },
  });
  connection.start();
  await clock.advance(0);
  return {
    clock,
    connection,
    attempts: () => attempts,
    happens: (event: string, ...args: unknown[]) => listeners.get(event)?.(...args),
  };
}

describe('a connection that is being made', () => {
  it('is made again soon when it is cut between the upgrade and the server’s welcome', async () => {
    const { clock, attempts, happens } = await connecting();
    expect(attempts()).toBe(1);
    happens('disconnect', 'transport close');
    await clock.advance(1_000);
    expect(attempts()).toBe(2);
  });

  it('is made again soon when it fails after the server was found to be back, however long the outage', async () => {
    const { clock, connection, attempts, happens } = await connecting();
    while (attempts() < 8) {
      happens('connect_error', new Error('websocket error'));
      await clock.advance(30_000);
    }
    connection.retryNow();
    happens('connect_error', new Error('websocket error'));
    await clock.advance(1_000);
    expect(attempts()).toBe(9);
  });
});

describe('kept connections that the network has forgotten', () => {
  it('swallow one request and no other', async () => {
    const server = await startServer();
    const link = await openLink(server.url, Math.random);
    onTestFinished(() => link.close());
    const api = createApi({
      origin: link.url,
      clock: hurried(20),
      tokens,
      fetch: globalThis.fetch,
      onTimeout: dropHttpConnections,
    });
    await Promise.all([1, 2, 3, 4].map(() => api.trainee(PEER_ID)));
    expect(link.connections()).toBeGreaterThan(1);
    link.kill('up', 'down');
    link.flow();
    expect(await api.trainee(PEER_ID)).toMatchObject({ error: { error: { code: 'timeout' } } });
    const next = await api.trainee(PEER_ID);
    expect(next.ok ? 200 : next.error.status).not.toBeNull();
  });
});

describe('messages that do not get through while the socket lives', () => {
  it('make the app ask for news every ten seconds, which lets it send again soon after the healing', async () => {
    const { server, under } = await signedIn(undefined, hurried(40));
    const polls = () => server.seen(/GET .*\/feed/).length;
    const before = polls();
    server.script = ({ method }) => (method === 'POST' ? refusal(503, 'unavailable') : null);
    under.enqueue(PEER_ID, 'Hello');
    await waitFor('three polls', () => polls() >= before + 3);
    server.script = () => null;
    await waitFor('the message to be sent', () => under.engine.view().connection.waitingCount === 0);
    expect(server.messages.length).toBe(1);
  });
});

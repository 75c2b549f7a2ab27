/** Waking up, on real connections: what the sleep left half open is dropped, and nothing is asked twice. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection, openSocket } from '../../electron/sync/connection.ts';
import type { ClientError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { startTcpLink, type TcpLink } from '../harness/tcp-link.ts';
import { waitFor } from '../harness/wait.ts';
import { createEngineUnderTest, type EngineUnderTest } from './support/engine-under-test.ts';
import { FakeClock } from './support/fake-clock.ts';
import { JumpingClock } from './support/jumping-clock.ts';
import { refusal, type ScriptedServer } from './support/scripted-server.ts';
import { live, PEER_ID, startServer, write } from './support/signed-in.ts';

const CAUGHT_UP_MS = 3_000;
const HOUR_MS = 3_600_000;
/** After one waking: at most two catch-ups, of one request each, and what the new socket says. */
const MOST_REQUESTS = 4;

interface Awake {
  readonly server: ScriptedServer;
  readonly link: TcpLink;
  readonly under: EngineUnderTest;
  readonly clock: JumpingClock;
  /** Waits for a live connection and a message with this number. */
  readonly caughtUp: (number: number) => Promise<void>;
}

async function setUp(prepare: (server: ScriptedServer) => void = () => undefined): Promise<Awake> {
  const server = await startServer();
  prepare(server);
  const link = await startTcpLink(server.url);
  onTestFinished(() => link.close());
  const clock = new JumpingClock();
  const under = createEngineUnderTest({ clock });
  const input = { server: link.url, email: server.user.email, password: 'secret', isDemo: false };
  const result = await under.engine.signIn(input);
  if (!result.ok) throw new Error(result.error.code);
  await live(under);
  await waitFor('the end of the first catch-up', () => server.seen(/GET \/messaging\/feed/).length > 0);
  return {
    server,
    link,
    under,
    clock,
    caughtUp: async (number) => {
      const startedAt = performance.now();
      await under.told('message.upserted', ({ message }) => message.content === `text ${number}`);
      await live(under);
      expect(performance.now() - startedAt).toBeLessThan(CAUGHT_UP_MS);
    },
  };
}

describe('after a sleep that left every connection half open', () => {
  it('is caught up within three seconds, over one new socket, with a handful of requests', async () => {
    const { server, link, under, clock, caughtUp } = await setUp();
    server.isLive = false;
    write(server, 1);
    link.strand();
    const [requests, upgrades] = [link.requests.length, link.upgrades()];
    clock.jump(HOUR_MS);
    under.engine.onResume();
    under.engine.onResume();
    await caughtUp(1);
    under.engine.onResume();
    server.isLive = true;
    write(server, 2);
    await caughtUp(2);
    expect(link.upgrades() - upgrades).toBe(1);
    expect(link.mostSocketsAtOnce()).toBe(1);
    expect(link.requests.length - requests).toBeLessThanOrEqual(MOST_REQUESTS);
  });

  it('notices by itself when the system says nothing', async () => {
    const { server, link, clock, caughtUp } = await setUp();
    server.isLive = false;
    write(server, 1);
    link.strand();
    clock.jump(HOUR_MS);
    await caughtUp(1);
    expect(link.mostSocketsAtOnce()).toBe(1);
  });

  it('gives up the catch-up and the message that were under way, and begins them again', async () => {
    const { server, link, under, clock, caughtUp } = await setUp();
    server.isLive = false;
    write(server, 1);
    link.strand();
    // Both ask over connections on which nobody answers any more.
    const asked = link.requests.length;
    under.engine.onWindowFocus();
    under.enqueue(PEER_ID, 'text 2');
    await waitFor('two requests without an answer', () => link.requests.length === asked + 2);
    clock.jump(HOUR_MS);
    under.engine.onResume();
    await caughtUp(1);
    await caughtUp(2);
    expect(server.messages.filter(({ content }) => content === 'text 2').length).toBe(1);
    await waitFor('an empty outbox', () => under.engine.view().connection.waitingCount === 0);
  });

  it('gives up the new token that was under way as well', async () => {
    const { server, link, under, clock, caughtUp } = await setUp();
    server.isLive = false;
    server.expireAccess();
    write(server, 1);
    // The server takes the question and its answer never arrives.
    server.script = ({ path }) => {
      if (path === '/auth/refresh') link.strand();
      return null;
    };
    under.engine.onWindowFocus();
    await waitFor('a refresh', () => server.seen(/auth\/refresh/).length === 1);
    server.script = () => null;
    clock.jump(HOUR_MS);
    under.engine.onResume();
    await caughtUp(1);
    expect(server.seen(/auth\/refresh/).length).toBe(2);
    expect(under.engine.view().session).not.toBeNull();
  });

  it('makes one connection of waking, focus and a click on Retry at once', async () => {
    const { server, link, under, clock, caughtUp } = await setUp();
    server.isLive = false;
    write(server, 1);
    link.strand();
    const [requests, upgrades] = [link.requests.length, link.upgrades()];
    clock.jump(HOUR_MS);
    under.engine.onResume();
    under.engine.onWindowFocus();
    await under.engine.handlers['connection.retry']({});
    under.engine.onResume();
    await under.engine.handlers['connection.retry']({});
    await caughtUp(1);
    expect(link.upgrades() - upgrades).toBe(1);
    expect(link.mostSocketsAtOnce()).toBe(1);
    expect(link.requests.length - requests).toBeLessThanOrEqual(MOST_REQUESTS);
  });

  it('that begins while it is still connecting connects afresh', async () => {
    const { server, link, under, clock, caughtUp } = await setUp();
    server.isLive = false;
    const upgrades = link.upgrades();
    clock.jump(HOUR_MS);
    under.engine.onResume();
    await waitFor('the first handshake', () => link.upgrades() > upgrades);
    link.strand();
    write(server, 1);
    clock.jump(HOUR_MS);
    under.engine.onResume();
    await caughtUp(1);
    expect(link.mostSocketsAtOnce()).toBe(1);
  });
});

describe('a link that goes dead without a word', () => {
  it('is left for fresh connections as soon as the socket notices, requests under way included', async () => {
    const { server, link, under, caughtUp } = await setUp((fresh) => fresh.pingEvery(200));
    server.isLive = false;
    write(server, 1);
    link.strand();
    under.engine.onWindowFocus();
    await caughtUp(1);
    expect(link.mostSocketsAtOnce()).toBe(1);
  });
});

describe('waking up', () => {
  it('without WebSockets begins the catch-up again that the sleep cut in two', async () => {
    const { server, link, under, clock } = await setUp();
    server.refuseSocket = () => 'too_many_sockets';
    const from = under.batches.all.length;
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'polling', from);
    server.isLive = false;
    write(server, 1);
    link.strand();
    const asked = link.requests.length;
    under.engine.onWindowFocus();
    await waitFor('a request without an answer', () => link.requests.length > asked);
    clock.jump(HOUR_MS);
    const startedAt = performance.now();
    under.engine.onResume();
    await under.told('message.upserted');
    expect(performance.now() - startedAt).toBeLessThan(CAUGHT_UP_MS);
  });

  it('forgets how long the last attempts have waited, also while the next one waits for its token', async () => {
    const clock = new FakeClock();
    const answers: (() => void)[] = [];
    const token = (): Promise<Result<string, ClientError>> =>
      new Promise((resolve) => {
        answers.push(() => resolve({ ok: false, error: { code: 'unreachable' } }));
      });
    const silent = { hello: () => {}, feed: () => {}, head: () => {}, typing: () => {} };
    const connection = createConnection({
      openSocket,
      origin: 'http://127.0.0.1:9',
      clock,
      random: () => 0.5,
      log: () => {},
      tokens: { current: token, renew: token },
      onUp: () => {},
      onDown: () => {},
      on: silent,
    });
    connection.start();
    for (let failed = 1; failed <= 6; failed += 1) {
      answers.at(-1)?.();
      await clock.advance(30_000);
    }
    expect(answers.length).toBe(7);
    connection.reset();
    answers.at(-1)?.();
    await clock.advance(1_000);
    expect(answers.length).toBe(8);
    connection.stop();
  });

  it('while the server is in trouble ends in one try, and the usual waiting goes on', async () => {
    const { server, link, under, clock } = await setUp();
    server.refuseSocket = () => 'unavailable';
    server.script = () => refusal(503, 'unavailable');
    const requests = link.requests.length;
    clock.jump(HOUR_MS);
    const from = under.batches.all.length;
    for (let times = 0; times < 5; times += 1) under.engine.onResume();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'offline', from);
    expect(link.requests.length - requests).toBeLessThanOrEqual(2);
  });

  it('does nothing when nobody is signed in', async () => {
    const { link, under, clock } = await setUp();
    await under.engine.signOut({ discardUnsent: false });
    const requests = link.requests.length;
    clock.jump(HOUR_MS);
    under.engine.onResume();
    under.engine.onResume();
    await waitFor('the socket to go', () => link.mostSocketsAtOnce() === 1);
    expect(link.requests.length).toBe(requests);
  });
});

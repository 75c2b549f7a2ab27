/** Sessions against the real backend: renewals that race, get lost, or are cut by a crash; and two accounts. */
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenVault } from '../../electron/engine-api.ts';
import { type Backend, startBackend } from '../harness/backend.ts';
import { type FaultProxy, startFaultProxy } from '../harness/fault-proxy.ts';
import { type Fault, faults, rateLimited, type SeenRequest } from '../harness/faults.ts';
import { DEMO_PASSWORD, TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';
import { temporaryFolder } from './support/builders.ts';
import { createEngineUnderTest, type EngineUnderTest } from './support/engine-under-test.ts';
import { FakeClock } from './support/fake-clock.ts';
import { keyring } from './support/keyring.ts';

const JORDAN = 'trainer@demo.test';
const CASEY = 'rival@demo.test';

const isRefresh = ({ path: asked }: SeenRequest) => asked === '/api/auth/refresh';
const isSend = ({ method, path: asked }: SeenRequest) => method === 'POST' && asked.endsWith('/messages');

/** What a crash leaves: the profile as it is at this moment, while the engine still has it open. */
function crashed(under: EngineUnderTest): string {
  const copy = temporaryFolder();
  cpSync(under.dataDir, copy, { recursive: true });
  return copy;
}

/** Everything below a folder, as one text. */
function contentsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name).isFile())
    .map((name) => readFileSync(name, 'latin1'))
    .join('\n');
}

describe('a session on the real backend', { timeout: 60_000 }, () => {
  let backend: Backend;
  let proxy: FaultProxy;
  let maya: TraineeClient;

  beforeAll(async () => {
    // Two seconds, so that tokens expire by themselves within a test.
    backend = await startBackend({
      ACCESS_TOKEN_SECONDS: '2',
      SEND_LIMIT_PER_MINUTE: '0',
      READ_LIMIT_PER_MINUTE: '0',
    });
    proxy = await startFaultProxy(backend.url);
    maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await backend.dispose();
  });

  async function signIn(under: EngineUnderTest, email = JORDAN, server = proxy.url): Promise<void> {
    const result = await under.engine.signIn({ server, email, password: DEMO_PASSWORD, isDemo: false });
    if (!result.ok) throw new Error(result.error.code);
  }
  async function signedIn(
    options: Parameters<typeof createEngineUnderTest>[0] = {},
  ): Promise<EngineUnderTest> {
    const under = createEngineUnderTest(options);
    await signIn(under);
    return under;
  }
  const refreshes = () => proxy.requests.filter(isRefresh).length;
  const detail = async (under: EngineUnderTest) =>
    under.engine.handlers['trainees.detail']({ traineeId: maya.user.id });
  /** Asks until the answer came with a token that had to be renewed. */
  async function renewed(under: EngineUnderTest): Promise<void> {
    const before = refreshes();
    await waitFor('a renewal', async () => (await detail(under)).ok && refreshes() > before);
  }
  /** Waits until the engine's access token, of which the engine's own clock knows nothing, is of no use. */
  async function expired(under: EngineUnderTest): Promise<void> {
    const before = proxy.requests.length;
    const hold = proxy.addRule(isRefresh, faults.unavailable, Number.POSITIVE_INFINITY);
    await waitFor('an expired token', async () => !(await detail(under)).ok);
    hold.remove();
    expect(proxy.requests.slice(before).some(isRefresh)).toBe(true);
  }
  /** How often the server has this text in Maya's thread. */
  async function storedTimes(text: string): Promise<number> {
    const witness = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const { id } = await witness.conversationWith('Jordan Reyes');
    return (await witness.texts(id)).filter((stored) => stored === text).length;
  }

  it('is renewed once for twenty requests that are refused at the same time', async () => {
    // No timer of this clock ever runs, so nothing renews the token before it is refused.
    const under = await signedIn({ clock: new FakeClock(Date.now()) });
    await expired(under);
    const [before, asked] = [refreshes(), proxy.requests.length];
    const answers = await Promise.all(Array.from({ length: 20 }, () => detail(under)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(refreshes() - before).toBe(1);
    const details = proxy.requests.slice(asked).filter(({ path: to }) => to.startsWith('/api/trainees/'));
    expect(details.length).toBe(40);
  });

  it.each<[string, Fault]>([
    ['HTML', faults.htmlPage],
    ['a redirect', faults.redirect],
    ['503', faults.unavailable],
    ['429', rateLimited(1)],
    ['a lost answer', faults.loseAnswer],
  ])('survives a renewal that meets %s, and goes on with the next', async (_, fault) => {
    const under = await signedIn({ clock: new FakeClock(Date.now()) });
    await expired(under);
    const rule = proxy.addRule(isRefresh, fault, Number.POSITIVE_INFINITY);
    expect((await detail(under)).ok).toBe(false);
    expect((await detail(under)).ok).toBe(false);
    rule.remove();
    expect(rule.hits()).toBeGreaterThan(1);
    expect(under.engine.view().session).not.toBeNull();
    expect((await detail(under)).ok).toBe(true);
  });

  it('survives a lost answer that is followed by a crash', async () => {
    const under = await signedIn({ clock: new FakeClock(Date.now()) });
    await expired(under);
    const rule = proxy.addRule(isRefresh, faults.loseAnswer, Number.POSITIVE_INFINITY);
    expect((await detail(under)).ok).toBe(false);
    expect(rule.hits()).toBeGreaterThan(0);
    const again = createEngineUnderTest({ dataDir: crashed(under) });
    under.engine.stop();
    rule.remove();
    again.engine.start();
    await waitFor('a live connection', () => again.engine.view().connection.phase === 'live');
    await renewed(again);
  });

  it('survives a crash between receiving the new token and saving it', async () => {
    let beforeSaving = '';
    const vault: TokenVault = {
      ...keyring,
      seal: (text) => {
        // The last moment before the new token reaches the disk.
        if (under !== null) beforeSaving = crashed(under);
        return keyring.seal(text);
      },
    };
    let under: EngineUnderTest | null = null;
    const first = await signedIn({ clock: new FakeClock(Date.now()), vault });
    await expired(first);
    under = first;
    expect((await detail(first)).ok).toBe(true);
    first.engine.stop();
    const again = createEngineUnderTest({ dataDir: beforeSaving });
    again.engine.start();
    await waitFor('a live connection', () => again.engine.view().connection.phase === 'live');
    await renewed(again);
    expect(again.engine.view().session).not.toBeNull();
  });

  it('ends by "session_ended" alone; what is unsent stays and is sent after signing in again', async () => {
    const under = await signedIn();
    const rule = proxy.addRule(isSend, faults.unavailable, Number.POSITIVE_INFINITY);
    under.enqueue(maya.user.id, 'kept over the end');
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');
    const other = await TraineeClient.signIn(backend.url, JORDAN);
    await other.changePassword('a new password');
    const { signIn: screen } = await under.told('session.changed', ({ session }) => session === null);
    expect(screen).toMatchObject({ unsentCount: 1, email: JORDAN });
    expect(screen.ended).not.toBeNull();
    rule.remove();
    const back = await TraineeClient.signIn(backend.url, JORDAN, 'a new password');
    await back.changePassword(DEMO_PASSWORD, 'a new password');
    await signIn(under);
    await waitFor('an empty outbox', () => under.engine.view().connection.waitingCount === 0);
    expect(await storedTimes('kept over the end')).toBe(1);
  });
});

describe('two accounts on one computer', { timeout: 60_000 }, () => {
  let backend: Backend;
  let other: Backend;
  let proxy: FaultProxy;
  let mayaId: number;

  beforeAll(async () => {
    [backend, other] = await Promise.all([startBackend(), startBackend()]);
    proxy = await startFaultProxy(backend.url);
    mayaId = (await TraineeClient.signIn(backend.url, 'maya@demo.test')).user.id;
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await Promise.all([backend.dispose(), other.dispose()]);
  });

  async function signIn(under: EngineUnderTest, server: string, email: string): Promise<void> {
    const result = await under.engine.signIn({ server, email, password: DEMO_PASSWORD, isDemo: false });
    if (!result.ok) throw new Error(result.error.code);
    await waitFor('a live connection', () => under.engine.view().connection.phase === 'live');
  }
  /** Texts in Maya's thread on that server. */
  async function textsAt(url: string): Promise<readonly string[]> {
    const witness = await TraineeClient.signIn(url, 'maya@demo.test');
    return witness.texts((await witness.conversationWith('Jordan Reyes')).id);
  }

  it.each([
    ['of one server', () => backend.url, CASEY],
    ['of two servers', () => other.url, JORDAN],
  ])('%s never mix, also when the app was killed in between', async (name, serverOfB, emailOfB) => {
    const under = createEngineUnderTest();
    await signIn(under, proxy.url, JORDAN);
    const rule = proxy.addRule(isSend, faults.unavailable, Number.POSITIVE_INFINITY);
    const canary = `only from Jordan, ${name}`;
    under.enqueue(mayaId, canary);
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');

    const second = createEngineUnderTest({
      dataDir: crashed(under),
      vault: { ...keyring, open: () => null },
    });
    under.engine.stop();
    second.engine.start();
    expect(second.engine.view()).toMatchObject({ session: null, signIn: { unsentCount: 1 } });
    await signIn(second, serverOfB(), emailOfB);
    rule.remove();
    expect(second.engine.view().connection.waitingCount).toBe(0);
    expect(second.engine.handlers['outbox.list']({ peerId: mayaId })).toEqual({ ok: true, value: [] });
    expect(JSON.stringify(second.conversations())).not.toContain(canary);
    // Whatever B sends goes out after anything that had been taken from A's queue.
    const [row] = second.conversations();
    if (!row) throw new Error('B has no conversation.');
    second.enqueue(row.peerId, 'from B');
    await waitFor('an empty outbox', () => second.engine.view().connection.waitingCount === 0);
    expect(await textsAt(backend.url)).not.toContain(canary);
    expect(await textsAt(other.url)).not.toContain(canary);

    const third = createEngineUnderTest({
      dataDir: crashed(second),
      vault: { ...keyring, open: () => null },
    });
    second.engine.stop();
    third.engine.start();
    await signIn(third, proxy.url, JORDAN);
    await waitFor('an empty outbox', () => third.engine.view().connection.waitingCount === 0);
    expect((await textsAt(backend.url)).filter((text) => text === canary)).toEqual([canary]);
    expect(await textsAt(other.url)).not.toContain(canary);
  });

  it('leave no readable token on the disk', async () => {
    const tokens: string[] = [];
    const seen: TokenVault = {
      ...keyring,
      seal: (text) => {
        tokens.push(text);
        return keyring.seal(text);
      },
    };
    const under = createEngineUnderTest({ vault: seen });
    await signIn(under, backend.url, JORDAN);
    expect(tokens.length).toBeGreaterThan(0);
    const disk = contentsOf(under.dataDir);
    for (const token of tokens) expect(disk).not.toContain(token);
    // Access tokens are JSON Web Tokens, which begin alike.
    expect(disk).not.toContain('eyJ');
  });
});

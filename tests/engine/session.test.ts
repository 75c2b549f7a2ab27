import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { accountFolderOf, SELF_ID, uuid } from './support/builders.ts';
import { createEngineUnderTest, noKeyring } from './support/engine-under-test.ts';
import { keyring } from './support/keyring.ts';
import { HTML_PAGE, refusal } from './support/scripted-server.ts';
import { PEER_ID, signIn, startServer } from './support/signed-in.ts';

const CANARY = 'canary words of a private message';

/** Everything below a folder, as one text. */
function contentsOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return names
    .filter((name) => statSync(name).isFile())
    .map((name) => `${name}\n${readFileSync(name, 'latin1')}`)
    .join('\n');
}

describe('a session', () => {
  it('asks for one new token when twenty requests are refused at once', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.expireAccess();
    const pages = Array.from({ length: 20 }, (_, index) => index + 1).map(async (traineeId) =>
      under.engine.handlers['trainees.detail']({ traineeId }),
    );
    for (const page of await Promise.all(pages)) expect(page).toMatchObject({ error: { code: 'not_found' } });
    expect(server.seen(/auth\/refresh/).length).toBe(1);
    expect(server.seen(/GET \/trainees/).filter(({ token }) => token === 'access-1').length).toBe(20);
  });

  it('has the new refresh token on disk before its first use', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    const file = join(under.dataDir, 'session.json');
    server.expireAccess();
    const onDisk: string[] = [];
    server.script = ({ token }) => {
      if (token === 'access-1') onDisk.push(readFileSync(file, 'utf8'));
      return null;
    };
    await under.engine.handlers['trainees.detail']({ traineeId: 1 });
    const sealed = Buffer.from(keyring.seal('refresh-2')).toString('base64');
    expect(onDisk[0]).toContain(sealed);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['HTML', HTML_PAGE],
    ['a redirect', { status: 302, headers: { location: 'https://portal.example' } }],
    ['503', refusal(503, 'unavailable')],
    ['another service’s 401', { status: 401, body: { message: 'Unauthorized' } }],
    ['429', refusal(429, 'rate_limited', { 'retry-after': '1' })],
  ])('survives when everything, refresh included, is answered by %s', async (_, answer) => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.expireAccess();
    server.script = ({ path }) => (path.startsWith('/auth') ? answer : refusal(401, 'unauthenticated'));
    const result = await under.engine.handlers['trainees.detail']({ traineeId: 1 });
    expect(result.ok).toBe(false);
    expect(under.engine.view().session).not.toBeNull();
    server.script = () => null;
    const again = await under.engine.handlers['trainees.detail']({ traineeId: 1 });
    expect(again).toMatchObject({ error: { code: 'not_found' } });
  });

  it('that the server ended closes the inbox, keeps what is unsent and says why', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = ({ method, path }) =>
      method === 'POST' && path.endsWith('/messages') ? refusal(503, 'unavailable') : null;
    under.enqueue(PEER_ID, 'unsent');
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');
    server.expireAccess();
    server.script = ({ path }) => (path === '/auth/refresh' ? refusal(401, 'session_ended') : null);
    under.engine.onWindowFocus();
    const { signIn: screen } = await under.told('session.changed', ({ session }) => session === null);
    expect(screen).toMatchObject({ email: 'jordan@example.com', server: server.url, unsentCount: 1 });
    expect(screen.ended).toMatchObject({ code: 'session_ended' });
    expect(existsSync(join(accountFolderOf(under.dataDir), 'cache.db'))).toBe(false);
    expect(under.engine.handlers['conversations.list']({})).toMatchObject({
      error: { code: 'not_signed_in' },
    });

    server.script = () => null;
    await signIn(under, server);
    await waitFor('the kept message at the server', () => server.messages.length === 1);
    expect(server.messages[0]?.content).toBe('unsent');
  });

  it('is gone on with after a restart, from disk at once and without the network', async () => {
    const server = await startServer();
    server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(1), content: 'cached' });
    const under = createEngineUnderTest();
    await signIn(under, server);
    await waitFor('a cached thread', async () => (await under.texts(PEER_ID)).length === 1);
    under.engine.stop();
    await server.close();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.engine.view()).toMatchObject({ session: { server: server.url, isRemembered: true } });
    expect(again.conversation(PEER_ID)).toMatchObject({ unreadCount: 1, preview: { text: 'cached' } });
    expect(await again.texts(PEER_ID)).toEqual(['cached']);
    await again.told('connection.changed', ({ connection }) => connection.phase === 'offline');
    expect(again.engine.view().session).not.toBeNull();
  });

  it('stays closed at start if the shell wants another server', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start((origin) => origin !== server.url);
    expect(again.engine.view()).toMatchObject({ session: null, signIn: { server: server.url } });
  });

  it('is not remembered without a keyring, and no token lies on the disk', async () => {
    const server = await startServer();
    const under = createEngineUnderTest({ vault: noKeyring });
    await signIn(under, server);
    expect(under.engine.view().session?.isRemembered).toBe(false);
    expect(contentsOf(under.dataDir)).not.toMatch(/refresh-|access-/);
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir, vault: noKeyring });
    again.engine.start();
    expect(again.engine.view()).toMatchObject({
      session: null,
      signIn: { server: server.url, email: 'jordan@example.com', ended: null, unsentCount: 0 },
    });
  });

  it('asks to sign in again, and keeps everything, when the keyring cannot open its token any more', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir, vault: { ...keyring, open: () => null } });
    again.engine.start();
    expect(again.engine.view().session).toBeNull();
    expect(existsSync(join(accountFolderOf(under.dataDir), 'cache.db'))).toBe(true);
  });
});

describe('signing out', () => {
  it('asks first while something is unsent', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = ({ path }) => (path.endsWith('/messages') ? refusal(503, 'unavailable') : null);
    under.enqueue(PEER_ID, CANARY);
    const signOut = under.engine.handlers['session.signOut'];
    expect(await signOut({ unsent: 'ask' })).toEqual({
      ok: true,
      value: { unsentCount: 1, isSignedOut: false },
    });
    expect(under.engine.view().session).not.toBeNull();
    expect(await signOut({ unsent: 'discard' })).toMatchObject({ value: { isSignedOut: true } });
    expect(contentsOf(under.dataDir)).not.toContain(CANARY);
    expect(server.seen(/auth\/logout/).length).toBe(1);
  });

  it('leaves nothing to read behind, and tells the server', async () => {
    const server = await startServer();
    server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(1), content: CANARY });
    const under = createEngineUnderTest();
    await signIn(under, server);
    expect(await under.texts(PEER_ID)).toEqual([CANARY]);
    await under.engine.signOut({ discardUnsent: false });
    expect(contentsOf(under.dataDir)).not.toContain(CANARY);
    expect(contentsOf(under.dataDir)).not.toContain('Trainee 1');
    expect(existsSync(accountFolderOf(under.dataDir))).toBe(false);
    expect(server.seen(/auth\/logout/).length).toBe(1);
    const { signIn: screen } = await under.told('session.changed', ({ session }) => session === null);
    expect(screen).toMatchObject({ server: server.url, email: 'jordan@example.com', ended: null });
  });

  it('stays done when telling the server needs a new token first', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.expireAccess();
    await under.engine.signOut({ discardUnsent: false });
    expect(server.seen(/auth\/refresh/).length).toBe(1);
    expect(server.seen(/auth\/logout/).at(-1)?.token).toBe('access-1');
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.engine.view().session).toBeNull();
  });

  it('keeps unsent messages for their own account alone', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = ({ path }) => (path.endsWith('/messages') ? refusal(503, 'unavailable') : null);
    under.enqueue(PEER_ID, 'only from Jordan');
    await under.engine.signOut({ discardUnsent: false });
    expect(under.engine.view().signIn.unsentCount).toBe(1);

    server.script = () => null;
    const jordan = server.user;
    server.user = { ...jordan, id: 2, name: 'Robin Rival', email: 'robin@example.com' };
    await signIn(under, server);
    await waitFor('a live connection', () => under.engine.view().connection.phase === 'live');
    expect(under.engine.handlers['outbox.list']({ peerId: PEER_ID })).toEqual({ ok: true, value: [] });
    expect(under.engine.view().connection.waitingCount).toBe(0);
    expect(server.messages).toEqual([]);

    server.user = jordan;
    await signIn(under, server);
    await waitFor('the message', () => server.messages.length === 1);
    expect(server.messages[0]).toMatchObject({ senderId: SELF_ID, content: 'only from Jordan' });
  });
});

describe('the demo', () => {
  it('takes no real account’s place, and is forgotten without a trace, also when it is not open', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    const input = { server: server.url, email: 'jordan@example.com', password: 'secret', isDemo: true };
    expect(await under.engine.signIn(input)).toMatchObject({ value: { isDemo: true, isRemembered: true } });
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.engine.view()).toMatchObject({ session: null, signIn: { server: '', email: '' } });
    await again.engine.forgetDemo();
    expect(readdirSync(under.dataDir, { recursive: true })).toEqual(['accounts']);
    await again.engine.signIn(input);
    await again.engine.forgetDemo();
    expect(again.engine.view().session).toBeNull();
    expect(readdirSync(under.dataDir, { recursive: true })).toEqual(['accounts']);
  });
});

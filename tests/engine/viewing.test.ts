import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { User } from '../../shared/wire/entities.ts';
import { waitFor } from '../harness/wait.ts';
import { conversation, SELF_ID, uuid } from './support/builders.ts';
import { createEngineUnderTest, type EngineUnderTest } from './support/engine-under-test.ts';
import { refusal, type ScriptedServer } from './support/scripted-server.ts';
import { live, PEER_ID, signIn, startServer } from './support/signed-in.ts';

const ADMIN: User = { id: 900, role: 'admin', name: 'Ada Admin', email: 'ada@example.com' };
const JORDAN: User = { id: SELF_ID, role: 'trainer', name: 'Jordan Reyes', email: 'jordan@example.com' };
const isGrant = (path: string): boolean => path === '/auth/impersonate';

/** An admin signed in to a server that grants them a look at Jordan's inbox under its newest access token. */
async function signedInAdmin() {
  const server = await startServer();
  server.user = ADMIN;
  let access = 0;
  const grants: { refused: string | null } = { refused: null };
  server.script = ({ path }) => {
    if (!isGrant(path)) return null;
    if (grants.refused !== null) return refusal(404, grants.refused);
    return { status: 200, body: { accessToken: `access-${access}`, user: JORDAN } };
  };
  const expire = (): void => {
    server.expireAccess();
    access += 1;
  };
  const under = createEngineUnderTest();
  await signIn(under, server);
  return { server, under, expire, grants };
}

async function view({ engine }: EngineUnderTest): Promise<void> {
  expect(await engine.handlers['session.viewAs']({ userId: SELF_ID })).toMatchObject({ ok: true });
}

const tokensOf = (server: ScriptedServer, pattern: RegExp) => server.seen(pattern).map(({ token }) => token);

describe('an admin', () => {
  it('is signed in without an account of their own, also after a restart', async () => {
    const { server, under } = await signedInAdmin();
    expect(under.engine.view().session).toMatchObject({ user: ADMIN, impersonator: null });
    expect(server.seen(/snapshot|feed/)).toEqual([]);
    expect(existsSync(join(under.dataDir, 'accounts'))).toBe(false);
    under.engine.stop();
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.engine.view().session).toMatchObject({ user: ADMIN, impersonator: null });
    expect(again.engine.handlers['conversations.list']({})).toMatchObject({
      error: { code: 'not_signed_in' },
    });
  });

  it('looks at a trainer’s inbox without being told of its news as their own', async () => {
    const { server, under } = await signedInAdmin();
    await view(under);
    expect(under.engine.view().session).toMatchObject({ user: JORDAN, impersonator: ADMIN });
    await live(under);
    server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(1), content: 'for Jordan' });
    await under.told('message.upserted');
    expect(under.engine.view().unreadCount).toBe(1);
    expect(under.notified).toEqual([]);
    expect(server.heard.filter(({ name }) => name !== 'auth')).toEqual([]);
  });

  it('goes on looking under another grant when the first one expires', async () => {
    const { server, under, expire } = await signedInAdmin();
    await view(under);
    await live(under);
    expire();
    server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(1), content: 'after that' });
    await under.engine.handlers['trainees.detail']({ traineeId: PEER_ID });
    expect(server.seen(/impersonate/).length).toBe(2);
    expect(tokensOf(server, /GET \/trainees/)).toEqual(['access-0', 'access-1']);
    expect(under.engine.view().session?.impersonator).toEqual(ADMIN);
  });

  it('is back at their own screen when the trainer is one no more', async () => {
    const { under, expire, grants } = await signedInAdmin();
    await view(under);
    grants.refused = 'not_found';
    expire();
    const from = under.batches.all.length;
    under.engine.onWindowFocus();
    await under.told('session.changed', ({ session }) => session?.user.id === ADMIN.id, from);
    expect(under.engine.view().session).toMatchObject({ user: ADMIN, impersonator: null });
    expect(existsSync(join(under.dataDir, 'viewed'))).toBe(false);
  });

  it('leaves nothing of a trainer behind when their own session ends', async () => {
    const { server, under, expire } = await signedInAdmin();
    await view(under);
    expire();
    server.script = ({ path }) =>
      isGrant(path) || path === '/auth/refresh' ? refusal(401, 'session_ended') : null;
    under.engine.onWindowFocus();
    const { signIn: screen } = await under.told('session.changed', ({ session }) => session === null);
    expect(screen).toMatchObject({ ended: { code: 'session_ended' }, unsentCount: 0 });
    expect(readdirSync(under.dataDir)).toEqual(['session.json']);
  });

  it('sends nothing of a trainer’s again when the server comes back from a backup', async () => {
    const { server, under } = await signedInAdmin();
    server.store({ conversationId: 1, senderId: SELF_ID, clientMessageId: uuid(1), content: 'Jordan’s own' });
    await view(under);
    await live(under);
    expect(await under.texts(PEER_ID)).toEqual(['Jordan’s own']);
    server.epoch = uuid(77);
    server.messages = [];
    server.conversations.set(1, conversation({ id: 1 }));
    server.events = [];
    under.engine.onWindowFocus();
    await waitFor('the fresh copy', () => server.seen(/snapshot/).length > 2);
    await waitFor('the end of the catch-up', () => !under.engine.isCatchingUp());
    expect(under.engine.handlers['outbox.list']({ peerId: PEER_ID })).toEqual({ ok: true, value: [] });
    expect(server.seen(/POST (?!\/auth)/)).toEqual([]);
  });

  it('who is none is refused', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    const answer = await under.engine.handlers['session.viewAs']({ userId: SELF_ID });
    expect(answer).toMatchObject({ error: { code: 'forbidden' } });
    expect(server.seen(/impersonate/)).toEqual([]);
  });
});

describe('changing the password', () => {
  const input = { current: 'old-password', next: 'new-password' };

  it('says that the current one is wrong without renewing the session or trying twice', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    server.script = ({ path }) => (path === '/auth/password' ? refusal(401, 'invalid_credentials') : null);
    const answer = await under.engine.handlers['session.changePassword'](input);
    expect(answer).toMatchObject({ error: { code: 'invalid_credentials' } });
    expect(server.seen(/password/).length).toBe(1);
    expect(server.seen(/refresh/)).toEqual([]);
  });

  it('does not ask the server about one that is too short', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    await signIn(under, server);
    const answer = await under.engine.handlers['session.changePassword']({ ...input, next: 'too-short' });
    expect(answer).toMatchObject({ error: { code: 'password_too_short' } });
    expect(server.seen(/password/)).toEqual([]);
  });
});

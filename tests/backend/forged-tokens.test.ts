import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessKey, forge, forgeTokens } from './forged-tokens.ts';
import { visible } from './ownership/doors.ts';
import { TestSocket } from './sockets.ts';
import { startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let maya: Member;
let forgeries: ReturnType<typeof forgeTokens>;
const opened: TestSocket[] = [];
beforeAll(async () => {
  backend = await startBackend();
  maya = await backend.signIn('maya');
  const [liam, admin, jordan] = [
    await backend.signIn('liam'),
    await backend.signIn('admin'),
    await backend.signIn('trainer'),
  ];
  const sessionOf = ({ id, accessToken }: Member) => ({
    userId: id,
    sessionId: String(decodeJwt(accessToken)['sid']),
  });
  forgeries = forgeTokens({
    secret: backend.authSecret,
    claims: decodeJwt(maya.accessToken),
    accessToken: maya.accessToken,
    refreshToken: maya.refreshToken,
    other: sessionOf(liam),
    admin: sessionOf(admin),
    trainerId: jordan.id,
  });
});
afterAll(async () => {
  for (const socket of opened) socket.close();
  await backend.destroy();
});

const me = (token: string) => backend.request('GET', '/api/auth/me', { token });

function open(token: string): TestSocket {
  const socket = new TestSocket(backend.url, token);
  opened.push(socket);
  return socket;
}

describe('forged access tokens', () => {
  it('are at least sixty, and made so that one with nothing wrong is accepted', async () => {
    expect(forgeries.length).toBeGreaterThanOrEqual(60);
    const claims = decodeJwt(maya.accessToken);
    const header = { alg: 'HS256', typ: 'at+jwt' };
    const good = forge(header, claims, accessKey(backend.authSecret));
    expect((await me(good)).status).toBe(200);
    await open(good).event('hello');
  });

  it('are refused by REST, all in the same words', async () => {
    const plain = visible(await me('rubbish'));
    expect(plain.status).toBe(401);
    for (const [name, token] of forgeries) expect(visible(await me(token)), name).toEqual(plain);
  });

  it('open no socket, and are all refused in the same words', async () => {
    for (const [name, token] of forgeries) {
      expect(await open(token).refusal(), name).toMatchObject({
        data: { code: 'unauthenticated', message: 'Sign in to go on.' },
      });
    }
  });

  it('renew no socket', async () => {
    const socket = open(maya.accessToken);
    await socket.event('hello');
    for (const [name, token] of forgeries) {
      backend.clock.advance(50);
      // An empty token is not even of the right shape.
      const code = token === '' ? 'invalid_input' : 'unauthenticated';
      expect(await socket.emit('auth', { token }), name).toMatchObject({ error: { code } });
    }
    backend.clock.advance(1_000);
    expect(await socket.emit('auth', { token: maya.accessToken })).toEqual({ ok: true });
  });

  it('of 100 KB are refused before anything is made of them', async () => {
    const endless = forge({ alg: 'HS256', typ: 'at+jwt' }, { sub: '1', more: 'x'.repeat(75_000) }, 'x');
    expect(endless.length).toBeGreaterThan(100_000);
    // Not by the usual way, which holds answers against their description: this one belongs to no route.
    const answer = await fetch(`${backend.url}/api/auth/me`, {
      headers: { authorization: `Bearer ${endless}` },
    });
    expect(answer.status).toBe(431);
    const socket = open(endless);
    await Promise.race([socket.refusal(), socket.closed()]);
    expect(socket.told('hello')).toEqual([]);
  });

  it('are not looked for anywhere but in the Authorization header', async () => {
    const token = maya.accessToken;
    for (const [target, headers] of [
      [`/api/auth/me?access_token=${token}`, {}],
      [`/api/auth/me?token=${token}`, {}],
      ['/api/auth/me', { cookie: `access_token=${token}; token=${token}` }],
      ['/api/auth/me', { 'x-access-token': token }],
      ['/api/auth/me', { authorization: `Basic ${token}` }],
      ['/api/auth/me', { authorization: token }],
      ['/api/auth/me', { authorization: `Bearer ${token} ${token}` }],
    ] as const) {
      expect((await backend.request('GET', target, { headers })).status).toBe(401);
    }
  });
});

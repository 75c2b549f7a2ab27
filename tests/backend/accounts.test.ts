import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SignJWT, decodeJwt } from 'jose';
import {
  errorBodySchema,
  impersonateAnswerSchema,
  meAnswerSchema,
  tokensSchema,
  trainersAnswerSchema,
} from '../../shared/wire/rest.ts';
import { draft, startBackend, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.destroy());

const refresh = (refreshToken: string) =>
  backend.request('POST', '/api/auth/refresh', { body: { refreshToken } });
const me = (token: string) => backend.request('GET', '/api/auth/me', { token });
const codeOf = (answer: { read: (schema: typeof errorBodySchema) => { error: { code: string } } }) =>
  answer.read(errorBodySchema).error.code;

async function refreshed(token: string) {
  const answer = await refresh(token);
  expect(answer.status).toBe(200);
  return answer.read(tokensSchema);
}

describe('signing in', () => {
  it('answers tokens and the user, whatever the case of the address', async () => {
    const body = { email: 'Trainer@Demo.Test', password: 'demo-password' };
    const answer = await backend.request('POST', '/api/auth/login', { body });
    expect(answer.status).toBe(200);
    const { accessToken } = answer.read(tokensSchema);
    const { user } = (await me(accessToken)).read(meAnswerSchema);
    expect(user).toMatchObject({ role: 'trainer', name: 'Jordan Reyes', email: 'trainer@demo.test' });
  });

  it('does not tell a wrong password from an unknown account', async () => {
    const [wrong, unknown] = await Promise.all(
      ['maya@demo.test', 'nobody@demo.test'].map((email) =>
        backend.request('POST', '/api/auth/login', { body: { email, password: 'not-this-one' } }),
      ),
    );
    expect(wrong?.status).toBe(401);
    expect(wrong && codeOf(wrong)).toBe('invalid_credentials');
    expect(unknown?.status).toBe(401);
    expect(unknown?.text).toBe(wrong?.text);
  });

  it('answers 429 after five failures in a minute, also when they come all at once', async () => {
    const attempt = (email: string, password: string) =>
      backend.request('POST', '/api/auth/login', { body: { email, password } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => attempt('maya@demo.test', 'guess')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    const limited = await attempt('maya@demo.test', 'demo-password');
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await attempt('liam@demo.test', 'demo-password')).status).toBe(200);
  });

  it('does not count sign-ins that succeed', async () => {
    for (let attempt = 0; attempt < 7; attempt += 1) {
      expect((await backend.signIn('maya')).user.name).toBe('Maya Chen');
    }
  });
});

describe('an access token', () => {
  it('is refused once it has expired', async () => {
    const maya = await backend.signIn('maya');
    backend.clock.advance(599_000);
    expect((await me(maya.accessToken)).status).toBe(200);
    backend.clock.advance(2_000);
    const answer = await me(maya.accessToken);
    expect(answer.status).toBe(401);
    expect(codeOf(answer)).toBe('unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is refused with another signature, type or algorithm', async () => {
    const maya = await backend.signIn('maya');
    const claims = decodeJwt(maya.accessToken);
    const [header = '', payload = '', signature = ''] = maya.accessToken.split('.');
    const unsignedHeader = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const foreign = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(createHmac('sha256', 'x').digest());
    const forged = [
      '',
      'not-a-token',
      foreign,
      `${unsignedHeader}.${payload}.`,
      `${unsignedHeader}.${payload}.${signature}`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: '1' })).toString('base64url')}.${signature}`,
      maya.refreshToken,
    ];
    for (const token of forged) expect((await me(token)).status).toBe(401);
    expect((await backend.request('GET', `/api/auth/me?access_token=${maya.accessToken}`)).status).toBe(401);
  });
});

describe('a refresh token', () => {
  it('goes on answering the same successor until that is used, and 30 s longer', async () => {
    const { refreshToken: first } = await backend.signIn('maya');
    const { refreshToken: second } = await refreshed(first);
    expect(second).not.toBe(first);
    backend.clock.advance(60 * 60_000);
    expect((await refreshed(first)).refreshToken).toBe(second);
    const third = await refreshed(second);
    backend.clock.advance(29_000);
    expect((await refreshed(first)).refreshToken).toBe(second);
    expect((await refreshed(second)).refreshToken).toBe(third.refreshToken);
    expect((await me(third.accessToken)).status).toBe(200);
  });

  it('gives the same successor to attempts that race', async () => {
    const { refreshToken } = await backend.signIn('maya');
    const answers = await Promise.all(Array.from({ length: 10 }, () => refreshed(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  });

  it('ends the whole session when it is used again later', async () => {
    const { refreshToken: first } = await backend.signIn('maya');
    const { refreshToken: second } = await refreshed(first);
    const third = await refreshed(second);
    backend.clock.advance(31_000);
    const reuse = await refresh(first);
    expect(reuse.status).toBe(401);
    expect(codeOf(reuse)).toBe('session_ended');
    expect((await refresh(third.refreshToken)).status).toBe(401);
    expect((await me(third.accessToken)).status).toBe(401);
  });

  it('is refused after 30 days, after signing out, and when it was never issued', async () => {
    const maya = await backend.signIn('maya');
    expect((await refresh('never-issued')).status).toBe(401);
    expect((await maya.post('/api/auth/logout')).status).toBe(204);
    expect(codeOf(await refresh(maya.refreshToken))).toBe('session_ended');
    const again = await backend.signIn('maya');
    backend.clock.advance(30 * 24 * 60 * 60_000 + 1);
    expect((await refresh(again.refreshToken)).status).toBe(401);
  });

  it('is not stored in the database, nor is its successor', async () => {
    const { refreshToken: first } = await backend.signIn('maya');
    const { refreshToken: second } = await refreshed(first);
    const rows = await backend.database.read.selectFrom('refresh_tokens').selectAll().execute();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(first);
    expect(JSON.stringify(rows)).not.toContain(second);
  });
});

describe('a password', () => {
  it('is kept as the hash of a function that needs much memory', async () => {
    const rows = await backend.database.read.selectFrom('users').select('password_hash').execute();
    expect(rows.length).toBeGreaterThan(0);
    for (const { password_hash: stored } of rows) {
      const [, kibibytes] = /^\$argon2id\$v=19\$m=(\d+),/.exec(stored) ?? [];
      expect(Number(kibibytes)).toBeGreaterThanOrEqual(19 * 1_024);
    }
  });
});

describe('signing out and a new password', () => {
  it('ends only the session that signed out', async () => {
    const [desk, phone] = [await backend.signIn('maya'), await backend.signIn('maya')];
    expect((await desk.post('/api/auth/logout')).status).toBe(204);
    expect(codeOf(await me(desk.accessToken))).toBe('session_ended');
    expect((await me(phone.accessToken)).status).toBe(200);
  });

  it('a new password ends the other sessions and replaces the old one', async () => {
    const [desk, phone] = [await backend.signIn('maya'), await backend.signIn('maya')];
    const wrong = await desk.post('/api/auth/password', { current: 'wrong', next: 'a-new-password' });
    expect(codeOf(wrong)).toBe('invalid_credentials');
    const change = await desk.post('/api/auth/password', {
      current: 'demo-password',
      next: 'a-new-password',
    });
    expect(change.status).toBe(204);
    expect((await me(desk.accessToken)).status).toBe(200);
    expect((await me(phone.accessToken)).status).toBe(401);
    expect((await refresh(phone.refreshToken)).status).toBe(401);
    const login = (password: string) =>
      backend.request('POST', '/api/auth/login', { body: { email: 'maya@demo.test', password } });
    expect((await login('demo-password')).status).toBe(401);
    expect((await login('a-new-password')).status).toBe(200);
  });

  it('a deactivated account is out at once', async () => {
    const maya = await backend.signIn('maya');
    await backend.database.transaction((trx) =>
      trx.updateTable('users').set({ is_active: 0 }).where('id', '=', maya.id).execute(),
    );
    expect((await me(maya.accessToken)).status).toBe(401);
    expect((await refresh(maya.refreshToken)).status).toBe(401);
  });
});

describe('an admin who looks through a trainer’s eyes', () => {
  async function impersonate() {
    const admin = await backend.signIn('admin');
    const trainers = (await admin.get('/api/trainers')).read(trainersAnswerSchema).items;
    const jordan = trainers.find(({ name }) => name === 'Jordan Reyes');
    const answer = await admin.post('/api/auth/impersonate', { userId: jordan?.id });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('refreshToken');
    return { admin, eyes: backend.member({ ...admin, ...answer.read(impersonateAnswerSchema) }) };
  }

  it('sees the trainer’s conversations and is named', async () => {
    const { admin, eyes } = await impersonate();
    const { user, impersonator } = (await eyes.get('/api/auth/me')).read(meAnswerSchema);
    expect(user.name).toBe('Jordan Reyes');
    expect(impersonator?.id).toBe(admin.id);
    expect((await eyes.get('/api/messaging/conversations')).status).toBe(200);
  });

  it('can change nothing', async () => {
    const { eyes } = await impersonate();
    const maya = await backend.signIn('maya');
    const conversation = await backend.conversationWith(eyes, maya.id);
    const base = `/api/messaging/conversations/${conversation}`;
    const refusals = await Promise.all([
      eyes.post(`${base}/messages`, draft()),
      eyes.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() }),
      eyes.post(`${base}/read`, { upToSeq: 1 }),
      eyes.delete(`/api/trainees/${maya.id}`),
      eyes.post('/api/auth/password', { current: 'demo-password', next: 'a-new-password' }),
      eyes.post('/api/auth/impersonate', { userId: eyes.id }),
    ]);
    for (const refusal of refusals) {
      expect(refusal.status).toBe(403);
      expect(codeOf(refusal)).toBe('impersonation_read_only');
    }
  });

  it('ends with the admin’s session', async () => {
    const { admin, eyes } = await impersonate();
    await admin.post('/api/auth/logout');
    expect((await eyes.get('/api/auth/me')).status).toBe(401);
  });

  it('is only for admins, and only for trainers', async () => {
    const [admin, jordan, maya] = [
      await backend.signIn('admin'),
      await backend.signIn('trainer'),
      await backend.signIn('maya'),
    ];
    expect((await jordan.post('/api/auth/impersonate', { userId: maya.id })).status).toBe(403);
    expect((await jordan.get('/api/trainers')).status).toBe(403);
    expect((await admin.post('/api/auth/impersonate', { userId: maya.id })).status).toBe(404);
    expect((await admin.post('/api/auth/impersonate', { userId: 999_999 })).status).toBe(404);
  });
});

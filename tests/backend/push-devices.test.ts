import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PUSH_DEVICES_PER_USER, PUSH_TOKEN_MAX_LENGTH } from '../../shared/limits.ts';
import { deviceAnswerSchema, impersonateAnswerSchema, tokensSchema } from '../../shared/wire/rest.ts';
import { waitFor } from '../harness/wait.ts';
import { startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
beforeAll(async () => {
  backend = await startBackend();
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
});
afterAll(() => backend.destroy());
beforeEach(() => backend.database.transaction((trx) => trx.deleteFrom('push_devices').execute()));

const register = (member: Member, token: string, platform = 'android') =>
  member.post('/api/push/devices', { token, platform });
const forget = (member: Member, token: string) =>
  member.delete(`/api/push/devices/${encodeURIComponent(token)}`);

async function tokensOf(member: Member): Promise<string[]> {
  const rows = await backend.database.read
    .selectFrom('push_devices')
    .select('token')
    .where('user_id', '=', member.id)
    .orderBy('registered_at')
    .orderBy('token')
    .execute();
  return rows.map(({ token }) => token);
}

describe('registering a device', () => {
  it('answers 201, also when it is repeated, and keeps one', async () => {
    const first = await register(maya, 'phone:A-1_b');
    expect(first.status).toBe(201);
    expect(first.read(deviceAnswerSchema).device.platform).toBe('android');
    expect((await register(maya, 'phone:A-1_b')).status).toBe(201);
    expect(await tokensOf(maya)).toEqual(['phone:A-1_b']);
  });

  it('takes a token along that was another person’s', async () => {
    await register(maya, 'shared-phone');
    await register(jordan, 'shared-phone', 'ios');
    expect(await tokensOf(maya)).toEqual([]);
    expect(await tokensOf(jordan)).toEqual(['shared-phone']);
  });

  it('keeps the ten that were registered last', async () => {
    for (let count = 0; count <= PUSH_DEVICES_PER_USER; count += 1) {
      await register(maya, `phone-${String(count).padStart(2, '0')}`);
      backend.clock.advance(1);
    }
    expect(await tokensOf(maya)).toEqual(
      Array.from(
        { length: PUSH_DEVICES_PER_USER },
        (_, index) => `phone-${String(index + 1).padStart(2, '0')}`,
      ),
    );
  });

  it.each([
    ['an empty token', { token: '', platform: 'ios' }],
    ['a token with a space', { token: 'a b', platform: 'ios' }],
    ['a token with a line break', { token: 'a\nb', platform: 'ios' }],
    ['a token that is too long', { token: 'a'.repeat(PUSH_TOKEN_MAX_LENGTH + 1), platform: 'ios' }],
    ['an unknown platform', { token: 'a', platform: 'pager' }],
    ['nothing', {}],
  ])('refuses %s', async (_what, body) => {
    expect((await maya.post('/api/push/devices', body)).status).toBe(400);
  });

  it('is refused without an access token and under impersonation, as forgetting is', async () => {
    const admin = await backend.signIn('admin');
    const answer = await admin.post('/api/auth/impersonate', { userId: jordan.id });
    const impersonator = backend.member({ ...admin, ...answer.read(impersonateAnswerSchema) });
    await register(jordan, 'own-phone');
    for (const attempt of [register(impersonator, 'x'), forget(impersonator, 'own-phone')]) {
      expect((await attempt).text).toContain('impersonation_read_only');
    }
    const anonymous = await backend.request('POST', '/api/push/devices', {
      body: { token: 'x', platform: 'web' },
    });
    expect(anonymous.status).toBe(401);
    expect(await tokensOf(jordan)).toEqual(['own-phone']);
  });
});

describe('forgetting a device', () => {
  it('answers 204, also for what is gone, and takes the longest token', async () => {
    const token = '%'.repeat(PUSH_TOKEN_MAX_LENGTH);
    expect((await register(maya, token)).status).toBe(201);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expect((await forget(maya, token)).status).toBe(204);
      expect(await tokensOf(maya)).toEqual([]);
    }
  });

  it('leaves another person’s alone, and does not tell that it is there', async () => {
    await register(maya, 'phone');
    const foreign = await forget(jordan, 'phone');
    expect(foreign.status).toBe(204);
    expect(foreign.text).toBe((await forget(jordan, 'unknown')).text);
    expect(await tokensOf(maya)).toEqual(['phone']);
  });
});

describe('a session’s devices', () => {
  it('are forgotten when it signs out, and no others', async () => {
    const elsewhere = await backend.signIn('maya');
    await register(maya, 'here');
    await register(elsewhere, 'there');
    expect((await elsewhere.post('/api/auth/logout')).status).toBe(204);
    expect(await tokensOf(maya)).toEqual(['here']);
  });

  it('are forgotten when a new password ends it', async () => {
    const [liam, elsewhere] = await Promise.all([backend.signIn('liam'), backend.signIn('liam')]);
    await register(liam, 'here');
    await register(elsewhere, 'there');
    const change = { current: 'demo-password', next: 'another-password' };
    expect((await liam.post('/api/auth/password', change)).status).toBe(204);
    expect(await tokensOf(liam)).toEqual(['here']);
  });

  it('are forgotten when an old refresh token betrays a thief', async () => {
    const noah = await backend.signIn('noah');
    await register(noah, 'phone');
    const refresh = (refreshToken: string) =>
      backend.request('POST', '/api/auth/refresh', { body: { refreshToken } });
    const next = (await refresh(noah.refreshToken)).read(tokensSchema);
    await refresh(next.refreshToken);
    backend.clock.advance(31_000);
    expect((await refresh(noah.refreshToken)).status).toBe(401);
    expect(await tokensOf(noah)).toEqual([]);
  });

  it('are gone with the next housekeeping once the account is deactivated', async () => {
    const rival = await backend.signIn('rival');
    await register(rival, 'phone');
    await register(maya, 'other');
    await backend.database.transaction((trx) =>
      trx.updateTable('users').set({ is_active: 0 }).where('id', '=', rival.id).execute(),
    );
    await backend.stop();
    await backend.start();
    await waitFor('housekeeping', async () => (await tokensOf(rival)).length === 0);
    expect(await tokensOf(maya)).toEqual(['other']);
  });
});

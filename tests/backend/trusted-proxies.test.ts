import { afterEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
afterEach(() => backend.destroy());

/** Status of a sign-in that a balancer on this machine hands on from this address. */
async function signInFrom(address: string, password: string): Promise<number> {
  const body = { email: 'liam@demo.test', password };
  const headers = { 'x-forwarded-for': address };
  return (await backend.request('POST', '/api/auth/login', { body, headers })).status;
}

async function guessFiveTimes(address: string): Promise<void> {
  for (let guesses = 0; guesses < 5; guesses += 1) expect(await signInFrom(address, 'guess')).toBe(401);
}

describe('failed sign-ins', () => {
  it('are counted by the address that a trusted balancer tells', async () => {
    backend = await startBackend({ trustedProxies: ['127.0.0.0/8'] });
    await guessFiveTimes('203.0.113.1');
    expect(await signInFrom('203.0.113.1', 'demo-password')).toBe(429);
    // What the client itself put before the balancer's word does not help.
    expect(await signInFrom('203.0.113.9, 203.0.113.1', 'demo-password')).toBe(429);
    expect(await signInFrom('203.0.113.2', 'demo-password')).toBe(200);
  });

  it('are counted by the address of the connection when nobody is trusted', async () => {
    backend = await startBackend();
    await guessFiveTimes('203.0.113.1');
    expect(await signInFrom('203.0.113.2', 'demo-password')).toBe(429);
  });
});

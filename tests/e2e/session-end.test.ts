import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults, type SeenRequest } from '../harness/faults.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';
import { z } from '../../shared/schema.ts';
import { waitFor } from '../harness/wait.ts';

const MAYA = 'Maya Chen';
const refreshBody = z.object({ refreshToken: z.string() });
const NEW_PASSWORD = 'another-demo-password';

describe('a session that ends while the app is open', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let proxy: FaultProxy;
  let app: AppUnderTest;

  beforeAll(async () => {
    backend = await parts.backend({ ACCESS_TOKEN_SECONDS: '4' });
    proxy = await parts.proxy(backend.url);
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  /** How often the server has this text; signs in each time, because tokens live four seconds here. */
  const storedTimes = async (text: string): Promise<number> => {
    const maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const { id } = await maya.conversationWith('Jordan Reyes');
    return (await maya.texts(id)).filter((stored) => stored === text).length;
  };
  const isRefresh = ({ path }: SeenRequest) => path === '/api/auth/refresh';

  it('goes on without a word when only the access token expired', async () => {
    await waitFor('a renewed token', () => proxy.requests.some(isRefresh));
    await app.write(MAYA, 'Still signed in');
    await app.waitForDelivery(MAYA, 'Still signed in', 'Sent');
    expect(await storedTimes('Still signed in')).toBe(1);
  });

  it('without a keyring says that it ends with the app, and leaves no token anywhere in the profile', async () => {
    await app.page.getByText('You will need to sign in again after a restart.').waitFor();
    const renewals = proxy.requests.filter(isRefresh).length;
    const files = readdirSync(app.profile, { recursive: true, encoding: 'utf8' })
      .map((name) => join(app.profile, name))
      .filter((name) => lstatSync(name).isFile())
      .map((name) => ({ name, content: readFileSync(name, 'latin1') }));
    expect(files.some(({ name }) => name.endsWith('session.json'))).toBe(true);
    // The token that was good while the files were read is the one that the next renewal shows.
    await waitFor('the next renewal', () => proxy.requests.filter(isRefresh).length > renewals);
    const shown = proxy.requests
      .filter(isRefresh)
      .map(({ body }) => refreshBody.parse(JSON.parse(body)).refreshToken);
    // Access tokens are JSON Web Tokens: all of them begin with this header.
    const tokens = [...shown, 'eyJhbGciOi'];
    const holders = files.filter(({ content }) => tokens.some((token) => content.includes(token)));
    expect(holders.map(({ name }) => name)).toEqual([]);
  });

  it('goes on when renewing meets a captive portal: no network trouble signs anyone out', async () => {
    const rule = proxy.addRule(isRefresh, faults.htmlPage, Number.POSITIVE_INFINITY);
    await waitFor('two refused renewals', () => rule.hits() >= 2, 40_000);
    await app.write(MAYA, 'The portal is gone');
    await app.bubble(MAYA, 'The portal is gone').waitFor();
    rule.remove();
    await app.waitForDelivery(MAYA, 'The portal is gone', 'Sent', 20_000);
    expect(await storedTimes('The portal is gone')).toBe(1);
    expect(await app.page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
  });

  it('leads to the sign-in screen with the reason when it was revoked, and keeps the unsent message', async () => {
    const rule = proxy.addRule(
      ({ method, path }) => method === 'POST' && path.endsWith('/messages'),
      faults.unavailable,
      Number.POSITIVE_INFINITY,
    );
    await app.write(MAYA, 'Do not lose me');
    await app.waitForDelivery(MAYA, 'Do not lose me', 'Not sent');
    await (await TraineeClient.signIn(backend.url, 'trainer@demo.test')).changePassword(NEW_PASSWORD);
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 20_000 });
    await app.page.getByText(/^Your session has ended/).waitFor();
    await app.page.getByText(/^1 unsent message is kept/).waitFor();
    rule.remove();
    expect(await storedTimes('Do not lose me')).toBe(0);
  });

  it('sends what was kept once the person is back', async () => {
    await app.submitSignIn(proxy.url, 'trainer@demo.test', NEW_PASSWORD);
    await app.openThread(MAYA);
    await app.waitForDelivery(MAYA, 'Do not lose me', 'Sent');
    expect(await storedTimes('Do not lose me')).toBe(1);
  });
});

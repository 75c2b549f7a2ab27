/** Words, names and tokens that are looked for wherever they must not be, after a day with much trouble in it. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { faults } from '../harness/faults.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { DEMO_PASSWORD, TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';

const MAYA = 'Maya Chen';
const EMAIL = 'trainer@demo.test';
const RECEIVED = 'canary-received-4d1f7c';
const SENT = 'canary-sent-9b20ae';
const UNSENT = 'canary-unsent-77e5d3';
const TYPED = 'canary-typed-c0ffee';
const WRONG_PASSWORD = 'canary-password-51ab';
const TEXTS = [RECEIVED, SENT, UNSENT, TYPED];
const PERSON = [EMAIL, 'maya@demo.test', 'Jordan Reyes', MAYA, DEMO_PASSWORD, WRONG_PASSWORD];

interface ProfileFile {
  readonly name: string;
  readonly mode: number;
  readonly bytes: Buffer;
}

describe('what is private', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let url: string;

  beforeAll(async () => {
    const backend = await parts.backend({ ACCESS_TOKEN_SECONDS: '5' });
    proxy = await parts.proxy(backend.url);
    url = backend.url;
    app = await parts.app();
    await app.submitSignIn(proxy.url, EMAIL, WRONG_PASSWORD);
    await app.page.getByText('The e-mail address or the password is not right.').waitFor();
    await app.signIn(proxy.url, EMAIL);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  function profileFiles(): readonly ProfileFile[] {
    return readdirSync(app.profile, { recursive: true, encoding: 'utf8' })
      .map((name) => ({ name, file: path.join(app.profile, name) }))
      .filter(({ file }) => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true)
      .map(({ name, file }) => ({ name, mode: lstatSync(file).mode & 0o777, bytes: readFileSync(file) }));
  }

  /** Where any of these stands, in the encodings of SQLite and of Chromium. */
  function placesOf(secrets: readonly string[], files: readonly ProfileFile[]): readonly string[] {
    return files.flatMap(({ name, bytes }) =>
      secrets
        .filter((secret) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'utf16le')))
        .map((secret) => `${secret} in ${name}`),
    );
  }

  /** Tokens that went over the wire. */
  function tokens(): readonly string[] {
    return proxy.requests.flatMap(({ body }) =>
      [...body.matchAll(/"refreshToken":"([^"]+)"/g)].map(([, token = '']) => token),
    );
  }

  /** Command lines and environments of the app's processes. */
  async function processFacts(): Promise<string> {
    const pids = await app.electron.evaluate(({ app: running }) =>
      running.getAppMetrics().map(({ pid }) => pid),
    );
    return pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).join('\n');
  }

  it('went through a run with every kind of trouble', async () => {
    // Tokens are good for five seconds here.
    const maya = await TraineeClient.signIn(url, 'maya@demo.test');
    await maya.send((await maya.conversationWith('Jordan Reyes')).id, RECEIVED);
    await app.bubble(MAYA, RECEIVED).waitFor();
    await app.write(MAYA, SENT);
    await app.waitForDelivery(MAYA, SENT, 'Sent');
    const isSending = ({ method, path: where }: { method: string; path: string }) =>
      method === 'POST' && where.endsWith('/messages');
    for (const fault of [faults.unavailable, faults.htmlPage]) {
      const rule = proxy.addRule(isSending, fault, 1);
      await app.write(MAYA, UNSENT);
      await waitFor('the fault', () => rule.hits() > 0);
      await app.bubbles(MAYA).filter({ hasText: UNSENT }).first().waitFor();
    }
    await proxy.refuse();
    await app.write(MAYA, `${UNSENT} while away`);
    await app.bubble(MAYA, `${UNSENT} while away`).waitFor();
    await proxy.pass();
    await waitFor('a renewed token', () => tokens().length > 0);
    await app.composer(MAYA).fill(TYPED);
    await app.page.evaluate((text) => void Promise.reject(new Error(text)), TYPED);
    await app.electron.evaluate((_electron, text) => {
      setImmediate(() => {
        throw new Error(text);
      });
    }, RECEIVED);
    await app.page.getByRole('alert', { name: /^Something went wrong inside the app\./ }).waitFor();
  });

  it('stands in no log, no output, no argument of a process, no address and no report of a crash (G9)', async () => {
    const secrets = [...TEXTS, ...PERSON, ...tokens()];
    const logs = profileFiles().filter(({ name }) => /^(logs|Crashpad|Crash Reports)\//.test(name));
    expect(logs.length).toBeGreaterThan(0);
    expect(placesOf(secrets, logs)).toEqual([]);
    expect(secrets.filter((secret) => app.output.all.some((line) => line.includes(secret)))).toEqual([]);
    if (process.platform === 'linux') {
      const facts = await processFacts();
      expect(secrets.filter((secret) => facts.includes(secret))).toEqual([]);
    }
    const addresses = proxy.requests.map(({ path: where }) => decodeURIComponent(where)).join('\n');
    expect(secrets.filter((secret) => addresses.includes(secret))).toEqual([]);
    expect(await app.page.evaluate(() => location.href)).toBe('app://inbox/index.html');
  });

  it.runIf(process.platform !== 'win32')('lies in files that nobody else can open (DB11)', () => {
    expect(lstatSync(app.profile).mode & 0o777).toBe(0o700);
    const ours = profileFiles().filter(({ name }) =>
      /^(accounts|session\.json|preferences\.json|starts\.json)/.test(name),
    );
    expect(ours.filter(({ name }) => name.includes('.db')).length).toBeGreaterThan(1);
    expect(ours.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name }) => name)).toEqual([]);
  });

  it('is gone from the whole profile after the sign-out: no text of a message is left (DB9)', async () => {
    expect(placesOf([RECEIVED], profileFiles()).length).toBeGreaterThan(0);
    await app.railLink('Settings').click();
    await app.page.getByRole('button', { name: 'Sign out' }).click();
    const discard = app.page.getByRole('button', { name: 'Discard and sign out' });
    await discard
      .or(app.page.getByRole('button', { name: 'Sign in' }))
      .first()
      .waitFor();
    if (await discard.isVisible()) await discard.click();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await app.page.evaluate(() => document.body.textContent)).not.toContain('canary');
    await eventually(() => placesOf(TEXTS, profileFiles())).toEqual([]);
    await app.quit();
    expect(placesOf([...TEXTS, ...tokens()], profileFiles())).toEqual([]);
    expect(
      existsSync(path.join(app.profile, 'accounts')) &&
        readdirSync(path.join(app.profile, 'accounts')).length > 0,
    ).toBe(false);
  });
});

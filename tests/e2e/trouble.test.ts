import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults, rateLimited, type AnswerFault, type SeenRequest } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { DEMO_PASSWORD, TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const LIAM = 'Liam';
const ALWAYS = Number.POSITIVE_INFINITY;
const SEND_LIMIT = 30;
const MINUTE_MS = 60_000;
const LOCK_WAIT_MS = 10_000;
const times = z.array(z.number());
const rateRow = z.object({ accepted_at: z.string() });

const isHistory = ({ method, path: url }: SeenRequest): boolean =>
  method === 'GET' && /\/conversations\/\d+\/messages/.test(url);
const isSend = ({ method, path: url }: SeenRequest): boolean =>
  method === 'POST' && url.endsWith('/messages');
const isProfile = ({ path: url }: SeenRequest): boolean => /\/api\/trainees\/\d+/.test(url);
const isPassword = ({ path: url }: SeenRequest): boolean => url === '/api/auth/password';

/** The server's own refusal. */
function refused(status: number, code: string): AnswerFault {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'answer', status, headers, body: JSON.stringify({ error: { code, message: 'No.' } }) };
}

describe('when something goes wrong, the trainer', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let jordan: TraineeClient;
  let mayaConversation: number;

  const button = (name: string) => app.page.getByRole('button', { name, exact: true });
  const alert = () => app.page.getByRole('alert');

  beforeAll(async () => {
    backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    jordan = await TraineeClient.signIn(backend.url, 'trainer@demo.test');
    mayaConversation = (await jordan.conversationWith(MAYA)).id;
    app = await parts.app();
  });
  beforeEach(() => pictureOnFailure(app));

  it('is told that a thread could not be loaded, with what is known of it and a way to retry (ES-8, UX-4)', async () => {
    const rule = proxy.addRule(isHistory, faults.unavailable, ALWAYS);
    await app.signIn(proxy.url);
    await app.conversation(LIAM).click();
    await button('Retry').waitFor();
    await app.page
      .getByText(/could not be loaded|has a problem/)
      .first()
      .waitFor();
    rule.remove();
    await button('Retry').click();
    await eventually(() => app.page.getByRole('log').getByRole('listitem').count()).toBeGreaterThan(1);
    expect(await button('Retry').count()).toBe(0);
  });

  it('can copy or discard a message that the server refuses for good, and goes on with the next', async () => {
    await app.openThread(MAYA);
    const rule = proxy.addRule(isSend, refused(400, 'invalid_input'));
    await app.write(MAYA, 'This one is refused');
    await app.waitForDelivery(MAYA, 'This one is refused', 'Not sent');
    rule.remove();
    await app.write(MAYA, 'This one is not');
    await app.waitForDelivery(MAYA, 'This one is not', 'Sent');
    const bubble = app.bubble(MAYA, 'This one is refused');
    await bubble.getByText('This could not be accepted.').waitFor();
    await bubble.getByRole('button', { name: 'Tap to retry' }).waitFor();
    await bubble.getByRole('button', { name: 'Copy' }).click();
    await eventually(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(
      'This one is refused',
    );
    await bubble.getByRole('button', { name: 'Discard' }).click();
    await bubble.waitFor({ state: 'detached' });
  });

  it('is asked to slow down at the real limit, sees the seconds go by, and the message goes out by itself (EC-8, ES-4)', async () => {
    const database = new DatabaseSync(backend.database, { timeout: LOCK_WAIT_MS });
    const acceptedAt = (): number[] => {
      const found = database
        .prepare('SELECT accepted_at FROM send_rates WHERE user_id = ?')
        .get(jordan.user.id);
      return found ? times.parse(JSON.parse(rateRow.parse(found).accepted_at)) : [];
    };
    // What the tests before have sent counts, too, as far as it was in the last minute.
    const recent = acceptedAt().filter((time) => time > Date.now() - MINUTE_MS).length;
    const sent = Array.from({ length: SEND_LIMIT - recent }, (_, index) =>
      jordan.send(mayaConversation, `Fast ${index}`),
    );
    await Promise.all(sent);
    // As if they had been sent most of a minute ago: nobody wants to wait for that here.
    const newest = acceptedAt().slice(-SEND_LIMIT);
    const earlier = newest.map((time) => Math.max(time, Date.now() - 5_000) - 52_000);
    database
      .prepare('UPDATE send_rates SET accepted_at = ? WHERE user_id = ?')
      .run(JSON.stringify(earlier), jordan.user.id);
    database.close();
    await app.write(MAYA, 'One too many');
    const pause = app.page.getByRole('status', { name: /^Slow down\. Try again in \d+ seconds?$/ });
    await pause.waitFor();
    const seconds = async (): Promise<number> => Number(/\d+/.exec((await pause.innerText()) ?? '')?.[0]);
    const first = await seconds();
    expect(first).toBeLessThanOrEqual(12);
    await app
      .bubble(MAYA, 'One too many')
      .getByText('Sending', { exact: true })
      .waitFor({ state: 'attached' });
    await eventually(seconds).toBeLessThan(first);
    await app.waitForDelivery(MAYA, 'One too many', 'Sent', 20_000);
    await pause.waitFor({ state: 'detached' });
    const stored = await jordan.texts(mayaConversation);
    expect(stored.filter((text) => text === 'One too many')).toEqual(['One too many']);
  });

  it('finds nobody by a name that nobody has, and sees why a profile is not there (UX-4)', async () => {
    await app.railLink('Trainees').click();
    await app.page.getByRole('searchbox', { name: 'Filter by name' }).fill('Zebedee');
    await app.page.getByText('Nobody by that name').waitFor();
    await app.page.getByRole('searchbox', { name: 'Filter by name' }).fill('');
    const rule = proxy.addRule(isProfile, refused(403, 'forbidden_role'), ALWAYS);
    await app.trainee(MAYA).click();
    await alert().getByText('You are not allowed to do this.').waitFor();
    rule.remove();
    await button('Retry').click();
    for (const fact of ['Programme', 'Last workout', 'Missed workouts this week']) {
      await app.page.getByText(fact, { exact: true }).waitFor();
    }
    await button('Send Message').waitFor();
  });

  it('is told why a password was not changed, and changes it', async () => {
    await app.railLink('Settings').click();
    await button('Change password').click();
    const form = app.page.getByRole('form', { name: 'Change password' });
    const change = async (current: string, next: string): Promise<void> => {
      await form.getByLabel('Current password').fill(current);
      await form.getByLabel('New password').fill(next);
      await form.getByRole('button', { name: 'Change password' }).click();
    };
    await change(DEMO_PASSWORD, 'short');
    await form.getByText('A password needs at least 10 characters.').waitFor();
    await change('not-the-password', 'another-password');
    await form.getByText('The current password is not right.').waitFor();
    const rule = proxy.addRule(isPassword, rateLimited(17));
    await change(DEMO_PASSWORD, 'another-password');
    await form.getByText('Slow down. Try again in 17 seconds').waitFor();
    rule.remove();
    await change(DEMO_PASSWORD, 'another-password');
    await app.page.getByText('Your password has been changed').waitFor();
    await form.waitFor({ state: 'detached' });
    await TraineeClient.signIn(backend.url, 'trainer@demo.test', 'another-password');
    await app.railLink('Messages').click();
    await app.conversation(MAYA).waitFor();
  });

  it('can show, copy and save diagnostics, in which nothing is private', async () => {
    await app.railLink('Settings').click();
    await button('Show diagnostics').click();
    const shown = await app.page.getByRole('region', { name: 'Diagnostics' }).innerText();
    expect(shown).toMatch(/^Trainer Inbox .*\n.*\nrole=trainer\n/);
    expect(shown).toMatch(/connection=live/);
    expect(shown).not.toMatch(/Maya|Jordan|demo\.test|127\.0\.0\.1|One too many|eyJ/);
    await button('Copy').click();
    await eventually(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(shown);
    const file = path.join(app.profile, 'saved-diagnostics.txt');
    await app.electron.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, file);
    await button('Save…').click();
    await app.page.getByText('Diagnostics saved').waitFor();
    expect(readFileSync(file, 'utf8')).toBe(`${shown}\n`);
  });

  it('opens a link of a message in the browser, and nothing else', async () => {
    await app.electron.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (address) => {
        opened.push(address);
        return Promise.resolve();
      };
    });
    const maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const text =
      'Not http://example.com or https://bank.example@evil.example but https://Example.com/plan?week=2';
    await maya.send(mayaConversation, text);
    await app.railLink('Messages').click();
    await app.openThread(MAYA);
    await app.bubble(MAYA, text).waitFor();
    const links = app.bubble(MAYA, text).getByRole('link');
    expect(await links.allInnerTexts()).toEqual(['https://Example.com/plan?week=2']);
    expect(await links.getAttribute('title')).toBe('Opens example.com in your browser');
    await links.click();
    await eventually(() => app.electron.evaluate(() => Reflect.get(globalThis, 'opened') as unknown)).toEqual(
      ['https://example.com/plan?week=2'],
    );
    expect(app.consoleErrors).toEqual([]);
  });
});

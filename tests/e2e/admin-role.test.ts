import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults, type SeenRequest } from '../harness/faults.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const JORDAN = 'Jordan Reyes';
const MAYA = 'Maya Chen';
const SECRET = 'Only Jordan should hear of this';

const isTrainerList = ({ path: url }: SeenRequest): boolean => url.startsWith('/api/trainers');

describe('an admin in the app', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  const button = (name: string) => app.page.getByRole('button', { name, exact: true });
  const viewBanner = () => app.page.getByRole('status', { name: `Viewing as ${JORDAN}, read-only` });
  /** What the app asked the server to change, but for signing in, renewing and looking through other eyes. */
  const changes = (): readonly string[] =>
    proxy.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path: url }) => `${method} ${url}`)
      .filter((request) => !/^POST \/api\/auth\/(login|refresh|impersonate|logout)$/.test(request));
  const filesWith = (text: string): readonly string[] =>
    readdirSync(app.profile, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(app.profile, name))
      .filter((name) => lstatSync(name).isFile() && readFileSync(name, 'latin1').includes(text));

  beforeAll(async () => {
    const { url } = await parts.backend();
    proxy = await parts.proxy(url);
    maya = await parts.client(url, 'maya@demo.test');
    conversationId = (await maya.conversationWith(JORDAN)).id;
    await maya.send(conversationId, SECRET);
    app = await parts.app();
  });
  beforeEach(() => pictureOnFailure(app));

  it('is told when the trainers could not be read, and tries again', async () => {
    const rule = proxy.addRule(isTrainerList, faults.unavailable, Number.POSITIVE_INFINITY);
    await app.submitSignIn(proxy.url, 'admin@demo.test');
    await app.page.getByRole('alert').getByText('The server has a problem.').waitFor();
    rule.remove();
    await button('Retry').click();
    await button(`View as ${JORDAN}`).waitFor();
  });

  it('sees "Trainers" in the rail, and no messages of their own', async () => {
    await app.railLink('Trainers').waitFor();
    expect(await app.railLink('Messages').count()).toBe(0);
    expect(await app.railLink('Trainees').count()).toBe(0);
    const names = await app.page
      .getByRole('list', { name: 'Trainers' })
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((each) => each.getAttribute('aria-label')));
    expect(names).toContain(`View as ${JORDAN}`);
    await app.page.keyboard.press('Control+k');
    expect(await app.page.getByRole('dialog').count()).toBe(0);
  });

  it('sees the inbox of a trainer under a banner that stays', async () => {
    await button(`View as ${JORDAN}`).click();
    await viewBanner().waitFor();
    await app.conversation(MAYA).filter({ hasText: SECRET }).waitFor();
    await app.page.getByRole('option', { name: /^Maya Chen, \d+ unread/ }).waitFor();
    await app.conversation(MAYA).click();
    await app.bubble(MAYA, SECRET).waitFor();
    await viewBanner().waitFor();
  });

  it('can only read: the composer is disabled, and what needs a hand is not offered (EC-10)', async () => {
    expect(await app.composer(MAYA).isDisabled()).toBe(true);
    expect(await app.composer(MAYA).getAttribute('placeholder')).toBe('You can only read here');
    expect(await button('Send').isDisabled()).toBe(true);
    await app.railLink('Trainees').click();
    await button(`Actions for ${MAYA}`).click();
    await app.page.getByRole('menuitem', { name: 'View profile' }).waitFor();
    expect(await app.page.getByRole('menuitem').allInnerTexts()).toEqual(['View profile']);
    await app.page.getByRole('menuitem', { name: 'View profile' }).click();
    await app.page.getByText('Missed workouts this week').waitFor();
    expect(await button('Send Message').count()).toBe(0);
    expect(await button('Remove trainee').count()).toBe(0);
  });

  it('is refused by the main process as well, whatever a script in the window asks for', async () => {
    const peerId = maya.user.id;
    const clientMessageId = '01890000-0000-7000-8000-000000000001';
    const readOnly = { ok: false, error: { code: 'impersonation_read_only' } };
    expect(await app.call('outbox.enqueue', { clientMessageId, peerId, content: 'as Jordan' })).toEqual(
      readOnly,
    );
    expect(await app.call('outbox.retry', { clientMessageId })).toEqual(readOnly);
    expect(await app.call('outbox.discard', { clientMessageId })).toEqual(readOnly);
    expect(await app.call('trainees.remove', { traineeId: peerId })).toEqual(readOnly);
    expect(await app.call('session.changePassword', { current: 'a', next: 'long-enough-1' })).toEqual(
      readOnly,
    );
    const nothing = { ok: true, value: null };
    expect(await app.call('read.mark', { peerId, upToSeq: 1_000 })).toEqual(nothing);
    expect(await app.call('typing.set', { peerId, isTyping: true })).toEqual(nothing);
    expect(await app.call('focus.set', { peerId })).toEqual(nothing);
  });

  it('sees what is new at once, and leaves it unread, untyped and unsent at the server (EC-10)', async () => {
    await app.railLink('Messages').click();
    await app.composer(MAYA).waitFor();
    await maya.send(conversationId, 'And another one');
    await app.bubble(MAYA, 'And another one').waitFor();
    // The other side would hear of a read mark and of typing before it hears of what comes after them.
    await maya.send(conversationId, 'The last one');
    await app.bubble(MAYA, 'The last one').waitFor();
    const heard = maya.feed.all.map(({ type }) => type);
    expect(heard).not.toContain('conversation.read');
    expect(maya.typing.all).toEqual([]);
    expect(changes()).toEqual([]);
    expect((await maya.conversation(conversationId)).peerReadSeq).toBeLessThan(
      (await maya.messages(conversationId)).length - 2,
    );
  });

  it('is back among the trainers after "Stop viewing", with nothing left on the disk', async () => {
    expect(filesWith(SECRET)).not.toEqual([]);
    await button('Stop viewing').click();
    await button(`View as ${JORDAN}`).waitFor();
    expect(await viewBanner().count()).toBe(0);
    expect(filesWith(SECRET)).toEqual([]);
    expect(existsSync(path.join(app.profile, 'viewed'))).toBe(false);
  });

  it('keeps nothing of a view that a crash cut off', async () => {
    await button(`View as ${JORDAN}`).click();
    await app.conversation(MAYA).waitFor();
    await app.kill();
    expect(existsSync(path.join(app.profile, 'viewed'))).toBe(true);
    await app.start();
    await button('Sign in').waitFor();
    expect(filesWith(SECRET)).toEqual([]);
  });

  it('can sign out from the settings, which are those of the admin while looking at a trainer', async () => {
    await app.submitSignIn(proxy.url, 'admin@demo.test');
    await button(`View as ${JORDAN}`).click();
    await viewBanner().waitFor();
    await app.railLink('Settings').click();
    await app.page.getByText('Administrator').waitFor();
    expect(await button('Change password').count()).toBe(0);
    await button('Sign out').click();
    await button('Sign in').waitFor();
    expect(filesWith(SECRET)).toEqual([]);
    expect(changes()).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
  });
});

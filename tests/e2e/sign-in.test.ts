import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { startForeignServer } from '../harness/foreign-servers.ts';
import { openGuardedNetwork } from '../harness/guarded-network.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';

const TRAINER = 'trainer@demo.test';

describe('signing in', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;
  const places = { html: '', json: '', nobody: '', unvouched: '' };

  beforeAll(async () => {
    backend = await parts.backend();
    const html = await startForeignServer('text/html', '<!doctype html><title>Gym</title><h1>Welcome</h1>');
    parts.keep(html, (server) => server.close());
    const json = await startForeignServer('application/json', '{"status":"fine","version":3}');
    parts.keep(json, (server) => server.close());
    const gone = await startForeignServer('text/plain', '');
    await gone.close();
    const guarded = parts.keep(await openGuardedNetwork(backend.url), (network) => network.close());
    const unvouched = guarded.origin.replace('inbox.test', '127.0.0.1');
    Object.assign(places, { html: html.url, json: json.url, nobody: gone.url, unvouched });
    app = await parts.app();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  const alertText = async () => (await app.page.getByRole('alert').allInnerTexts()).join(' ');

  it('begins on a screen with three fields and two ways in', async () => {
    await app.printed('sign-in painted');
    await app.page.getByRole('button', { name: 'Explore the demo' }).waitFor();
    expect(await app.page.getByRole('textbox', { name: 'Server' }).count()).toBe(1);
    expect(await app.page.getByRole('textbox', { name: 'Email' }).count()).toBe(1);
    expect(await app.page.getByLabel('Password').count()).toBe(1);
  });

  it.each<[what: string, server: () => string, password: string, says: RegExp]>([
    ['a wrong password', () => backend.url, 'not-the-password', /password/i],
    ['a server that is not there', () => places.nobody, 'demo-password', /reach/i],
    [
      'a certificate that nobody vouches for',
      () => places.unvouched,
      'demo-password',
      /certificate cannot be trusted/,
    ],
    ['a web site', () => places.html, 'demo-password', /does not belong to a messaging server/],
    [
      'somebody else’s JSON service',
      () => places.json,
      'demo-password',
      /does not belong to a messaging server/,
    ],
    ['an address that is none', () => 'http://?', 'demo-password', /address/i],
    ['plain HTTP to another computer', () => 'http://messages.example.com', 'demo-password', /https/i],
  ])('says what is wrong with %s, and keeps what was typed', async (_what, server, password, says) => {
    await app.submitSignIn(server(), TRAINER, password);
    await eventually(alertText).toMatch(says);
    expect(await app.page.getByRole('textbox', { name: 'Server' }).inputValue()).toBe(server());
    expect(await app.page.getByRole('textbox', { name: 'Email' }).inputValue()).toBe(TRAINER);
    expect(await app.conversationList().count()).toBe(0);
  });

  it('opens the inbox with the right password, and forgets the alert', async () => {
    await app.signIn(backend.url);
    await app.printed('inbox painted');
    await app.conversation('Maya Chen').waitFor();
    expect(await app.page.getByLabel('Password').count()).toBe(0);
  });

  it('shows the inbox at the server’s address in a forgiving spelling too', async () => {
    await app.railLink('Settings').click();
    await app.page.getByRole('button', { name: 'Sign out' }).click();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await app.signIn(`  ${backend.url.replace('http://', '')}/inbox/ `);
    await app.conversation('Maya Chen').waitFor();
  });

  it('prints no error in the window on the whole way', () => {
    expect(app.consoleErrors).toEqual([]);
  });
});

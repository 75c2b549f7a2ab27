import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const LIAM = /^Liam /;
const TEXTS = ['First thing tomorrow', 'Second: bring the belt', 'Third: sleep well'];

describe('messages written while the server is away', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;

  beforeAll(async () => {
    backend = await parts.backend();
    app = await parts.app();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  const ownTexts = async (): Promise<readonly string[]> => {
    const maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const { id } = await maya.conversationWith('Jordan Reyes');
    return (await maya.texts(id)).filter((text) => TEXTS.includes(text));
  };

  it('appear at once, in order, and wait', async () => {
    await backend.kill();
    for (const text of TEXTS) {
      await app.write(MAYA, text);
      await app.bubble(MAYA, text).waitFor();
    }
    const shown = await app.bubbles(MAYA).allInnerTexts();
    expect(shown.slice(-3).map((item) => TEXTS.find((text) => item.includes(text)))).toEqual(TEXTS);
    await app.page
      .getByRole('status')
      .filter({ hasText: /3 messages waiting/ })
      .waitFor({ timeout: 30_000 });
  });

  it('survive a crash of the app, which says so before anyone signs in', async () => {
    await app.kill();
    await app.start();
    await app.page
      .getByText(/3 (unsent )?messages/)
      .first()
      .waitFor();
    expect(await app.page.getByRole('textbox', { name: 'Server' }).inputValue()).toBe(backend.url);
    expect(await app.page.getByRole('textbox', { name: 'Email' }).inputValue()).toBe('trainer@demo.test');
  });

  it('stay while signing in fails because the server is still away', async () => {
    await app.submitSignIn(backend.url, 'trainer@demo.test');
    await app.page.getByRole('alert').waitFor();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('are delivered once each and in order when the server is back', async () => {
    await backend.start();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
    for (const text of TEXTS) {
      await app.waitForDelivery(MAYA, text, 'Sent', 20_000);
      expect(await app.bubble(MAYA, text).count()).toBe(1);
    }
    expect(await ownTexts()).toEqual(TEXTS);
  });

  it('leave nothing behind that is sent again after another crash', async () => {
    await app.kill();
    await app.start();
    await app.signIn(backend.url);
    await app.conversationList().getByRole('option', { name: LIAM }).click();
    await app.page.getByRole('textbox', { name: /^Message Liam/ }).fill('Good morning');
    await app.page.keyboard.press('Enter');
    await app.page
      .getByRole('listitem')
      .filter({ hasText: 'Good morning' })
      .getByText('Sent', { exact: true })
      .waitFor({ state: 'attached' });
    await eventually(ownTexts).toEqual(TEXTS);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const LIAM = /^Liam /;
const NOTES = ['One more thing', 'And another', 'That is all'] as const;
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

  /** Those of the texts that the server has, in its order. */
  const storedTexts = async (texts: readonly string[]): Promise<readonly string[]> => {
    const maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const { id } = await maya.conversationWith('Jordan Reyes');
    return (await maya.texts(id)).filter((text) => texts.includes(text));
  };

  it('are counted beside the time since when nothing came, until they have gone out (ES-2)', async () => {
    const signedInAt = Date.now();
    await backend.kill();
    const killedAt = Date.now();
    const [first, ...others] = NOTES;
    await app.write(MAYA, first);
    const offline = app.page.getByRole('status', { name: /^Offline\./ });
    await offline.getByText('1 message waiting').waitFor({ timeout: 30_000 });
    for (const text of others) await app.write(MAYA, text);
    await offline.getByText('3 messages waiting').waitFor();
    const times = await app.page.evaluate(
      (moments) =>
        moments.map((ms) => new Date(ms).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })),
      [signedInAt, killedAt],
    );
    expect(times.map((time) => `Offline. Last updated ${time}. 3 messages waiting`)).toContain(
      await offline.innerText(),
    );
    await backend.start();
    await app.page.getByRole('status', { name: /^(Offline|Reconnecting)/ }).waitFor({ state: 'detached' });
    for (const text of NOTES) await app.waitForDelivery(MAYA, text, 'Sent');
    expect(await storedTexts(NOTES)).toEqual(NOTES);
  });

  it('appear at once, in order, and wait', async () => {
    await backend.kill();
    for (const text of TEXTS) {
      await app.write(MAYA, text);
      await app.bubble(MAYA, text).waitFor();
    }
    const shown = await app.bubbles(MAYA).allInnerTexts();
    expect(shown.slice(-3).map((item) => TEXTS.find((text) => item.includes(text)))).toEqual(TEXTS);
    for (const text of TEXTS) {
      const mark = app.bubble(MAYA, text).getByText(/^(Sending|Not sent)$/);
      await mark.waitFor({ state: 'attached' });
    }
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
    expect(await storedTexts(TEXTS)).toEqual(TEXTS);
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
    await eventually(() => storedTexts(TEXTS)).toEqual(TEXTS);
  });
});

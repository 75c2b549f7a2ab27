import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PSEUDO_LANGUAGE } from '../../shared/words/languages.ts';
import { createWords } from '../../shared/words/words.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { nameBeginsWith } from '../harness/inbox-driver.ts';
import { clippedTexts, untranslatedTexts } from '../harness/page-text.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { DEMO_PASSWORD } from '../harness/trainee-client.ts';
import { resizeWindow } from '../harness/window-size.ts';

const MAYA = 'Maya Chen';
const { say } = createWords(PSEUDO_LANGUAGE);
const WINDOWS = { wide: { width: 1_200, height: 800 }, narrow: { width: 360, height: 640 } } as const;

/** The screen as it is now: all of it translated, and nothing cut off in a wide and a narrow window. */
async function lookAt(app: AppUnderTest): Promise<void> {
  expect(await untranslatedTexts(app.page)).toEqual([]);
  for (const size of ['wide', 'narrow'] as const) {
    await resizeWindow(app, WINDOWS[size]);
    expect(await clippedTexts(app.page), size).toEqual([]);
  }
  await resizeWindow(app, WINDOWS.wide);
}

describe('in a language that is two fifths longer', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  const button = (name: string) => app.page.getByRole('button', { name, exact: true });
  const link = (label: string) => app.page.getByRole('link', { name: nameBeginsWith(label) });

  const look = () => lookAt(app);

  beforeAll(async () => {
    app = await parts.app(['--demo', `--lang=${PSEUDO_LANGUAGE}`]);
    await app.page.emulateMedia({ reducedMotion: 'reduce' });
    await app.page.getByRole('listbox', { name: say('inbox.list') }).waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  it('is the document that language', async () => {
    expect(await app.page.locator('html').getAttribute('lang')).toBe(PSEUDO_LANGUAGE);
  });

  it('is the inbox whole', look);

  it('is a thread whole, with the counter of a message that is too long', async () => {
    await app.page.getByRole('option', { name: nameBeginsWith(MAYA) }).click();
    await app.page
      .getByRole('textbox', { name: say('common.writeTo', { name: MAYA }) })
      .fill('a'.repeat(2_001));
    await app.page.getByText(say('errors.message_too_long')).waitFor();
    await look();
    await app.page.getByRole('textbox', { name: say('common.writeTo', { name: MAYA }) }).fill('');
  });

  it('are the dialogs of the keyboard whole', async () => {
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('dialog', { name: say('shortcuts.findPerson') }).waitFor();
    await look();
    await app.page.keyboard.press('Escape');
    // With a thread open a letter goes to the composer, unless the list has the focus.
    await app.page.getByRole('option', { name: nameBeginsWith(MAYA) }).focus();
    await app.page.keyboard.press('?');
    await app.page.getByRole('dialog', { name: say('shortcuts.title') }).waitFor();
    await look();
    await app.page.keyboard.press('Escape');
  });

  it('are the trainees whole: list, menu, quick message and page', async () => {
    await link(say('rail.trainees')).click();
    const actions = button(say('trainees.actions', { name: MAYA }));
    await actions.waitFor();
    await look();
    await actions.click();
    await app.page.getByRole('menuitem', { name: say('trainees.message') }).waitFor();
    expect(await untranslatedTexts(app.page)).toEqual([]);
    expect(await clippedTexts(app.page)).toEqual([]);
    await app.page.getByRole('menuitem', { name: say('trainees.message') }).click();
    await app.page.getByRole('dialog', { name: say('common.writeTo', { name: MAYA }) }).waitFor();
    await look();
    await app.page.keyboard.press('Escape');
    await button(MAYA).click();
    await app.page.getByText(say('trainees.missedWorkouts')).waitFor();
    await look();
  });

  it('are the settings and the sign-in screen whole, with an error', async () => {
    await link(say('rail.settings')).click();
    await app.page.getByRole('heading', { name: say('settings.title') }).waitFor();
    await look();
    await button(say('signOut.leaveDemo')).click();
    await button(say('signIn.submit')).click();
    await app.page.getByRole('alert').waitFor();
    await look();
  });
});

describe('for an admin, in that language', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    const { url } = await parts.backend();
    app = await parts.app([`--lang=${PSEUDO_LANGUAGE}`]);
    await app.page.emulateMedia({ reducedMotion: 'reduce' });
    await app.page.getByRole('textbox', { name: say('signIn.server') }).fill(url);
    await app.page.getByRole('textbox', { name: say('signIn.email') }).fill('admin@demo.test');
    await app.page.getByLabel(say('signIn.password')).fill(DEMO_PASSWORD);
    await app.page.getByRole('button', { name: say('signIn.submit') }).click();
  });
  beforeEach(() => pictureOnFailure(app));

  it('are whole: the trainers, what one of them sees, and the form for the password', async () => {
    const view = app.page.getByRole('button', { name: say('trainers.viewAs', { name: 'Jordan Reyes' }) });
    await view.waitFor();
    await lookAt(app);
    await app.page.getByRole('link', { name: nameBeginsWith(say('rail.settings')) }).click();
    await app.page.getByRole('button', { name: say('password.change') }).click();
    await lookAt(app);
    await app.page.getByRole('link', { name: nameBeginsWith(say('trainers.title')) }).click();
    await view.click();
    await app.page.getByRole('option', { name: nameBeginsWith(MAYA) }).click();
    await app.page.getByText(say('trainers.viewing', { name: 'Jordan Reyes' })).waitFor();
    await lookAt(app);
  });
});

describe('a chosen language', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    app = await parts.app(['--demo']);
    await app.conversationList().waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  it('is spoken at once, by the menu as well, and at the next start', async () => {
    const menu = async (): Promise<readonly string[]> =>
      await app.electron.evaluate(
        ({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? [],
      );
    expect(await menu()).toContain('&View');
    await app.railLink('Settings').click();
    await app.page.getByRole('radio', { name: 'Español' }).click();
    await app.page.getByRole('heading', { name: 'Ajustes' }).waitFor();
    await eventually(menu).toContain('&Ver');
    await app.quit();
    await app.start();
    await app.page.getByRole('listbox', { name: 'Conversaciones' }).waitFor();
    expect(await app.page.locator('html').getAttribute('lang')).toBe('es');
    expect(app.consoleErrors).toEqual([]);
  });
});

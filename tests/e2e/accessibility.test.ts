import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';

const MAYA = 'Maya Chen';

describe.each(['light', 'dark'] as const)('axe in the %s theme finds nothing serious', (colorScheme) => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;

  beforeAll(async () => {
    backend = await parts.backend();
    app = await parts.app();
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  /** Serious and critical findings, each as its rule and the first places. */
  const seriousFindings = async (): Promise<readonly string[]> => {
    const { violations } = await new AxeBuilder({ page: app.page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html)
            .join(' | ')}`,
      );
  };

  it('on the sign-in screen, with an error', async () => {
    await app.submitSignIn(backend.url, 'trainer@demo.test', 'wrong-password');
    await app.page.getByRole('alert').waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  it('in the inbox with nothing selected', async () => {
    await app.signIn(backend.url);
    await app.conversation(MAYA).waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  it('in a thread, with a counter and a delivered message', async () => {
    await app.openThread(MAYA);
    await app.write(MAYA, 'Nicely done');
    await app.waitForDelivery(MAYA, 'Nicely done', 'Sent');
    await app.composer(MAYA).fill('a'.repeat(2_001));
    expect(await seriousFindings()).toEqual([]);
    await app.composer(MAYA).fill('');
  });

  it('in the list of trainees, its menu and the quick message', async () => {
    await app.railLink('Trainees').click();
    await app.page.getByRole('button', { name: `Actions for ${MAYA}` }).waitFor();
    expect(await seriousFindings()).toEqual([]);
    await app.page.getByRole('button', { name: `Actions for ${MAYA}` }).click();
    await app.page.getByRole('menuitem', { name: 'Message' }).click();
    await app.page.getByRole('dialog', { name: `Message ${MAYA}` }).waitFor();
    expect(await seriousFindings()).toEqual([]);
    await app.page.keyboard.press('Escape');
  });

  it('on a trainee’s page', async () => {
    await app.trainee(MAYA).click();
    await app.page.getByRole('button', { name: 'Send Message' }).waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  it('in the settings', async () => {
    await app.railLink('Settings').click();
    await app.page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await seriousFindings()).toEqual([]);
  });
});

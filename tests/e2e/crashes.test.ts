/** Processes that die, and errors that nothing handles, while a person is in the middle of something. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { placeSchema } from '../../shared/place.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';
import { within } from '../harness/wait.ts';

const MAYA = 'Maya Chen';
/** A person who lost the window waits no longer than this. */
const BACK_MS = 5_000;

describe('the app', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    // Where there is no tray, a hidden window is put back into the taskbar after a while.
    const desktop = process.platform === 'linux' ? await parts.desktop() : null;
    app = await parts.app([], desktop?.env);
    await app.signIn(backend.url);
  });
  beforeEach(() => pictureOnFailure(app));

  /** Ends the page's process and waits until another page is there. */
  async function crashPage(): Promise<void> {
    await within(
      'another page',
      app.electron.evaluate(
        ({ BrowserWindow }) =>
          new Promise<void>((resolve) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            contents?.once('did-finish-load', () => resolve());
            contents?.forcefullyCrashRenderer();
          }),
      ),
      BACK_MS,
    );
  }

  function isVisible(): Promise<boolean> {
    return app.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
    );
  }

  const composerText = "document.querySelector('main [data-composer]')?.value ?? null";
  const heading = "document.querySelector('main h2')?.textContent ?? null";
  const log = () => readFileSync(path.join(app.profile, 'logs', 'main.log'), 'utf8');

  it('says plainly when something in it fails that nothing handles, and logs no more than its kind (L10)', async () => {
    await app.page.evaluate(() => {
      void Promise.reject(new RangeError('Maya said: canary-in-the-window'));
    });
    const alert = app.page.getByRole('alert', { name: /^Something went wrong inside the app\./ });
    await alert.waitFor();
    const notice = app.page.locator('div').filter({ has: alert }).last();
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
    await app.electron.evaluate(() => {
      setImmediate(() => {
        throw new SyntaxError('Maya said: canary-in-main');
      });
    });
    await eventually(log).toContain('app.failed where=main error=SyntaxError');
    expect(log()).toContain('app.failed where=window error=RangeError');
    expect(log()).not.toContain('canary');
    await maya.send(conversationId, 'still alive');
    await app.conversationList().getByText('still alive').waitFor();
  });

  it('stays on the screen when the graphics process dies', async () => {
    const pids = () =>
      app.electron.evaluate(({ app: running }) =>
        running
          .getAppMetrics()
          .filter(({ type }) => type === 'GPU')
          .map(({ pid }) => pid),
      );
    const before = await pids();
    expect(before).toHaveLength(1);
    await app.page.evaluate(() => Reflect.set(window, 'isSamePage', true));
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await eventually(async () => (await pids()).filter((pid) => !before.includes(pid)).length, BACK_MS).toBe(
      1,
    );
    await app.openThread(MAYA);
    expect(await app.page.evaluate(() => Reflect.get(window, 'isSamePage') as unknown)).toBe(true);
    // A picture of what the window really shows has more than one colour.
    const colours = await app.electron.evaluate(async ({ BrowserWindow }) => {
      const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return new Set(picture?.toBitmap().subarray(0, 400_000)).size;
    });
    expect(colours).toBeGreaterThan(10);
  });

  it('has the person where they were, with what they typed, when the page dies (I7)', async () => {
    await app.composer(MAYA).fill('half a thou');
    await app.composer(MAYA).pressSequentially('ght');
    await eventually(() => app.composer(MAYA).inputValue()).toBe('half a thought');
    await eventually(() => app.call('app.view', {})).toMatchObject({
      value: { place: { panel: 'messages', drafts: [{ text: 'half a thought' }] } },
    });
    await crashPage();
    await eventually(() => app.inShownPage(heading), BACK_MS).toBe(MAYA);
    await eventually(() => app.inShownPage(composerText), BACK_MS).toBe('half a thought');
  });

  it('shows what was being read when the page dies, however far up that is (I7)', async () => {
    await app.inShownPage(
      `(() => { const log = document.querySelector('[role=log]'); log.scrollTop = 0; })()`,
    );
    const top = `(() => {
      const log = document.querySelector('[role=log]');
      const edge = log.getBoundingClientRect().top;
      return [...log.querySelectorAll('[role=listitem]')]
        .filter((item) => item.getBoundingClientRect().bottom > edge)
        .map((item) => item.textContent)[0];
    })()`;
    const reading = async () =>
      placeSchema.parse(
        await app.electron.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "window.trainerInbox.invoke('app.view', {}).then(({ value }) => value.place)",
          ),
        ),
      ).reading?.seq;
    await eventually(reading).toBeGreaterThan(0);
    const before = await app.inShownPage(top);
    await crashPage();
    await eventually(() => app.inShownPage(top), BACK_MS).toBe(before);
  });

  it('does the same while it is hidden, and stays hidden (I7)', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await crashPage();
    await eventually(() => app.inShownPage(heading), BACK_MS).toBe(MAYA);
    expect(await isVisible()).toBe(false);
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  });

  it('gives up after the third time in a minute, says so, and starts afresh when it is asked to (I7)', async () => {
    await crashPage();
    expect(await app.inShownPage('document.body.innerText')).toMatch(/^The window stopped working/);
    expect(await app.inShownPage("document.querySelector('a').textContent")).toBe('Restart Trainer Inbox');
    const restarted = app.electron.evaluate(
      ({ app: running, BrowserWindow }) =>
        new Promise<unknown>((resolve) => {
          // Another app that Playwright does not know of would outlive the test.
          running.relaunch = (options) => resolve(options?.args);
          running.quit = () => {};
          void BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "document.querySelector('a').click()",
            true,
          );
        }),
    );
    expect(await within('the restart', restarted, BACK_MS)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^--user-data-dir=/)]),
    );
  });
});

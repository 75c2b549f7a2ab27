import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testOnlySwitches, type AppUnderTest } from '../harness/app.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { within } from '../harness/wait.ts';

/** A person who quits, and a system that shuts down, wait no longer than this. */
const QUIT_MS = 2_000;

describe('the window', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    const backend = await parts.backend();
    app = await parts.app();
    await app.signIn(backend.url);
  });
  beforeEach(() => pictureOnFailure(app));

  it('carries the unread count in its title', async () => {
    const title = () =>
      app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => each.getTitle()),
      );
    await eventually(title).toEqual([expect.stringMatching(/^\(\d+\) Trainer Inbox$/)]);
  });

  it('is shown when the app is started a second time, and the second one ends by itself', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const exitCode = await app.electron.evaluate(
      ({ app: running }, switches) =>
        new Promise<number | null>((resolve) => {
          const profile = `--user-data-dir=${running.getPath('userData')}`;
          process
            .getBuiltinModule('node:child_process')
            .spawn(process.execPath, [running.getAppPath(), profile, ...switches])
            .once('exit', resolve);
        }),
      testOnlySwitches(),
    );
    expect(exitCode).toBe(0);
    await eventually(() =>
      app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => each.isVisible()),
      ),
    ).toEqual([true]);
  });

  it('comes back with the inbox when its process dies', async () => {
    await app.inShownPage('window.isOldPage = true');
    await app.electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    await eventually(() =>
      app.inShownPage(
        "window.isOldPage !== true && document.querySelector('[role=listbox] [role=option]') !== null",
      ),
    ).toBe(true);
  });

  it('ends within two seconds when the system asks, with exit code 0', async () => {
    const child = app.electron.process();
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await within('the app to end after SIGTERM', ended, QUIT_MS)).toBe(0);
    await app.quit();
  });

  it('may be destroyed under whoever asks for it: the app ends in order, and nothing throws (B10)', async () => {
    await app.start();
    const destroy = (): void => {
      // The app ends meanwhile, and Playwright's question with it. A question may come in the middle of a
      // function; nothing that destroys a window does, so it waits for the end of whatever runs.
      void app.electron
        .evaluate(({ app: running, BrowserWindow, powerMonitor }) =>
          setImmediate(() => {
            BrowserWindow.getAllWindows()[0]?.destroy();
            running.emit('second-instance', {}, []);
            running.emit('activate');
            powerMonitor.emit('resume');
            running.emit('second-instance', {}, ['trainer-inbox://conversation/1']);
            running.quit();
          }),
        )
        .catch(() => undefined);
    };
    expect(await app.endBy(destroy, QUIT_MS)).toBe(0);
    expect(readFileSync(path.join(app.profile, 'logs', 'main.log'), 'utf8')).not.toContain('app.failed');
  });
});

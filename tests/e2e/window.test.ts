import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testOnlySwitches, type AppUnderTest } from '../harness/app.ts';
import { PROJECT_DIR } from '../harness/backend.ts';
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

  /** Runs a script in whatever page the window shows now, also after Playwright lost sight of it. */
  function inPage(script: string): Promise<unknown> {
    return app.electron.evaluate(
      ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
      script,
    );
  }

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

  it('opens no other window, asks for no permission and reaches no server by itself', async () => {
    const reached = await app.page.evaluate(async (address) => {
      const failed = (): string => 'failed';
      return {
        opened: window.open(address) !== null,
        permission: await Notification.requestPermission(),
        microphone: await navigator.mediaDevices.getUserMedia({ audio: true }).then(String, failed),
        request: await fetch(address).then(String, failed),
        foreignFile: await fetch('app://inbox/..%2f..%2fpackage.json').then(String, failed),
      };
    }, 'https://example.com/');
    expect(reached).toEqual({
      opened: false,
      permission: 'denied',
      microphone: 'failed',
      request: 'failed',
      foreignFile: 'failed',
    });
    expect(app.electron.windows()).toHaveLength(1);
  });

  it('answers its own page only: a second window with the same bridge is refused', async () => {
    const preload = path.join(PROJECT_DIR, 'out/preload/preload.cjs');
    const answer = await app.electron.evaluate(async ({ BrowserWindow }, bridge) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload: bridge, sandbox: true } });
      try {
        await other.loadURL('app://inbox/index.html');
        return (await other.webContents.executeJavaScript(
          "window.trainerInbox.invoke('conversations.list', {})",
        )) as unknown;
      } finally {
        other.destroy();
      }
    }, preload);
    expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  it.each(['https://example.com/', 'app://elsewhere/index.html'])(
    'stays on its page when it is told to open %s',
    async (address) => {
      const isPrevented = await app.electron.evaluate(
        ({ BrowserWindow }, target) =>
          new Promise<boolean>((resolve) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            // This listener comes after the app's own, and so sees what that one decided.
            contents?.once('will-navigate', (event) => resolve(event.defaultPrevented));
            void contents?.executeJavaScript(`location.href = ${JSON.stringify(target)}; 0`);
          }),
        address,
      );
      expect(isPrevented).toBe(true);
      expect(await inPage('location.origin')).toBe('app://inbox');
    },
  );

  it('comes back with the inbox when its process dies', async () => {
    await inPage('window.isOldPage = true');
    await app.electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    await eventually(() =>
      inPage("window.isOldPage !== true && document.querySelector('[role=listbox] [role=option]') !== null"),
    ).toBe(true);
  });

  it('ends within two seconds when the system asks, with exit code 0', async () => {
    const child = app.electron.process();
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await within('the app to end after SIGTERM', ended, QUIT_MS)).toBe(0);
    await app.quit();
  });
});

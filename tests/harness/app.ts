/** The built app on the project's Electron, driven as a person would: by roles, names, keys. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronBinary, findElectronDir } from '../../scripts/setup/electron.mjs';
import { PROJECT_DIR } from './backend.ts';
import { openDisplay, type Display } from './display.ts';
import { InboxDriver } from './inbox-driver.ts';
import { EventLog, reasonOf, waitFor, within } from './wait.ts';

const LAUNCH_MS = 30_000;
const QUIT_MS = 5_000;
const ANSWER_DIALOGS = path.join(import.meta.dirname, 'answer-dialogs.cjs');
/** How Chromium's console begins to tell of something that a page tried against its policy. */
const POLICY_VIOLATION = /Content Security Policy|requires 'Trusted/;
const SCREENSHOT_DIR = path.join(PROJECT_DIR, 'test-results');

/** Path of the Electron executable that the project uses. */
export function electronExecutable(): string {
  const folder = findElectronDir();
  if (folder === null) throw new Error('There is no Electron yet: run "npm run electron:path" once.');
  return electronBinary(folder);
}

/** Switches that Electron needs in tests only: Chromium's sandbox refuses to run as root. */
export function testOnlySwitches(): readonly string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** Environment without the developer's session bus, keyring and settings. */
export function privateEnvironment(home: string, display: Display): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_RUNTIME_DIR: home,
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    LANG: 'en_US.UTF-8',
    ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? '' } : {}),
    ...display.env,
  };
}

/**
 * Playwright makes every page believe that it has the focus. Read marks depend on the truth, so the page is
 * told it again.
 */
async function seeRealFocus(electron: ElectronApplication, page: Page): Promise<void> {
  const session = await electron.context().newCDPSession(page);
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
}

/** One profile of the app on one screen; the app can be started, killed and started again on it. */
export class AppUnderTest extends InboxDriver {
  readonly #display: Display;
  readonly #home: string;
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  /** Problems that the window's console reported since the first start: errors and policy violations. */
  readonly consoleErrors: string[] = [];
  /** Lines that the main process printed, over all starts. */
  readonly output = new EventLog<string>();
  #running: { readonly electron: ElectronApplication; readonly page: Page } | null = null;

  private constructor(display: Display, args: readonly string[], env: Readonly<Record<string, string>>) {
    super();
    this.#display = display;
    this.#args = args;
    this.#env = env;
    this.#home = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-app-'));
  }

  /** Starts the app with a fresh profile; `args` are its own, such as `--demo`, and so is `env`. */
  static async launch(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<AppUnderTest> {
    const app = new AppUnderTest(await openDisplay(), args, env);
    try {
      await app.start();
    } catch (error) {
      await app.dispose();
      throw error;
    }
    return app;
  }

  /** The only window. */
  override get page(): Page {
    if (this.#running === null) throw new Error('The app is not running.');
    return this.#running.page;
  }

  /** Playwright's door to the main process. */
  get electron(): ElectronApplication {
    if (this.#running === null) throw new Error('The app is not running.');
    return this.#running.electron;
  }

  /** Runs a script in whatever page the window shows now: Playwright loses sight of a page that crashes. */
  inShownPage(script: string): Promise<unknown> {
    return this.electron.evaluate(
      ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
      script,
    );
  }

  /** Absolute folder of the profile (`--user-data-dir`). */
  get profile(): string {
    return path.join(this.#home, 'profile');
  }

  /**
   * Starts the app on its profile and waits for its window. Only when it is not running.
   * @param dialogAnswers buttons that the person presses in the system's dialogs, by number
   */
  async start(dialogAnswers: readonly number[] = []): Promise<void> {
    const electron = await _electron.launch({
      executablePath: electronExecutable(),
      args: [
        '-r',
        ANSWER_DIALOGS,
        PROJECT_DIR,
        `--user-data-dir=${this.profile}`,
        ...testOnlySwitches(),
        ...this.#args,
      ],
      cwd: PROJECT_DIR,
      env: {
        ...privateEnvironment(this.#home, this.#display),
        DIALOG_ANSWERS: dialogAnswers.join(','),
        ...this.#env,
      },
      timeout: LAUNCH_MS,
    });
    for (const stream of [electron.process().stdout, electron.process().stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) this.output.add(line);
      });
    }
    electron.context().on('console', (message) => {
      if (message.type() === 'error') this.consoleErrors.push(message.text());
    });
    electron.context().on('weberror', (thrown) => this.consoleErrors.push(reasonOf(thrown.error())));
    const page = await electron.firstWindow({ timeout: LAUNCH_MS });
    page.setDefaultTimeout(15_000);
    await seeRealFocus(electron, page);
    this.#running = { electron, page };
  }

  /** Lets the app end by what `end` does, within so many milliseconds, and gives its exit code. */
  async endBy(end: () => void | Promise<void>, withinMs: number): Promise<number | null> {
    const child = this.electron.process();
    const exited = once(child, 'exit');
    await end();
    await within('the app to end', exited, withinMs);
    this.#running = null;
    return child.exitCode;
  }

  /** What pages tried against their policy since this was asked last; a test that has any left fails. */
  takePolicyViolations(): readonly string[] {
    const isViolation = (text: string): boolean => POLICY_VIOLATION.test(text);
    const taken = this.consoleErrors.filter(isViolation);
    const others = this.consoleErrors.filter((text) => !isViolation(text));
    this.consoleErrors.splice(0, this.consoleErrors.length, ...others);
    return taken;
  }

  /** Ends the main process as a crash or a power cut would; nothing in the app gets to run. */
  async kill(): Promise<void> {
    const child = this.electron.process();
    this.#running = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await within('the app to be gone after SIGKILL', exited, QUIT_MS);
  }

  /** {@link kill}, so many milliseconds from now. */
  async killAfter(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.kill();
  }

  /** Ends the app in the ordinary way. */
  async quit(): Promise<void> {
    const { electron } = this;
    await within('the app to quit', electron.close(), QUIT_MS);
    this.#running = null;
  }

  /** Ends the app if it runs, and deletes its profile and its screen. */
  async dispose(): Promise<void> {
    if (this.#running !== null) await this.kill();
    await this.#display.close();
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Waits for a line of the main process, such as `inbox painted`. */
  async printed(line: string): Promise<void> {
    await this.output.find(`the app to print "${line}"`, (candidate) => candidate.trim() === line);
  }

  /** Whether the system gives the keyboard to the app's window. */
  async isWindowFocused(): Promise<boolean> {
    return this.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null);
  }

  /** Takes the focus away from the window, as another program that comes to the front does. */
  async loseFocus(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.blur();
    });
    await waitFor('the window to lose the focus', async () => !(await this.isWindowFocused()));
  }

  /** Brings the window to the front. */
  async takeFocus(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.focus();
    });
    await waitFor('the window to get the focus', () => this.isWindowFocused());
  }

  /** Whether the window is minimised. */
  async isMinimised(): Promise<boolean> {
    return this.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() ?? false,
    );
  }

  /** Minimises the window; on a screen of ours only a managed one does that. */
  async minimise(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    await waitFor('the window to be minimised', () => this.isMinimised());
  }

  /** Saves a picture of the window for whoever reads the failure. */
  async saveScreenshot(name: string): Promise<void> {
    if (this.#running === null) return;
    mkdirSync(SCREENSHOT_DIR, { recursive: true });
    const file = path.join(SCREENSHOT_DIR, `${name.replace(/[^\w-]+/g, '-')}.png`);
    await this.page.screenshot({ path: file, timeout: 5_000 });
  }
}

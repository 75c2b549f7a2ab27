/**
 * A packaged app, driven over Chromium's own debugging port: its fuses shut the doors by which Playwright drives
 * Electron.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { privateEnvironment, testOnlySwitches } from './app.ts';
import type { Display } from './display.ts';
import { InboxDriver } from './inbox-driver.ts';
import { waitFor, within } from './wait.ts';

const QUIT_MS = 5_000;

/** What {@link PackagedApp} needs. */
export interface PackagedAppOptions {
  /** Absolute path of the executable. */
  readonly executable: string;
  readonly display: Display;
  /** Absolute folder that is the person's home; the profile lies in it. */
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One profile of a packaged app. */
export class PackagedApp extends InboxDriver {
  readonly #options: PackagedAppOptions;
  #child: ChildProcess | null = null;
  #browser: Browser | null = null;
  #page: Page | null = null;
  /** All that the app printed. */
  output = '';

  constructor(options: PackagedAppOptions) {
    super();
    this.#options = options;
  }

  override get page(): Page {
    if (this.#page === null) throw new Error('The app is not running.');
    return this.#page;
  }

  /** Absolute folder of the profile. */
  get profile(): string {
    return path.join(this.#options.home, 'profile');
  }

  /** Starts it and waits for its window. */
  async start(): Promise<void> {
    const { executable, display, home, args = [], env = {} } = this.#options;
    rmSync(this.#portFile, { force: true });
    this.#child = spawn(
      executable,
      [`--user-data-dir=${this.profile}`, '--remote-debugging-port=0', ...testOnlySwitches(), ...args],
      {
        env: { ...privateEnvironment(home, display), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    await this.attach();
  }

  /** Finds the window of the app that runs on this profile now, also of one that started itself again. */
  async attach(): Promise<void> {
    // The port's file may still be that of an app that has ended.
    this.#browser = await waitFor(
      'the debugging port',
      () => chromium.connectOverCDP(`http://127.0.0.1:${this.#port()}`),
      30_000,
    );
    const [context] = this.#browser.contexts();
    if (context === undefined) throw new Error('The app has no pages.');
    this.#page = context.pages()[0] ?? (await context.waitForEvent('page'));
    this.#page.setDefaultTimeout(15_000);
  }

  /** Process number of the app, as its lock on the profile tells; null while it does not run. */
  pid(): number | null {
    try {
      return Number(readlinkSync(path.join(this.profile, 'SingletonLock')).split('-').at(-1));
    } catch {
      return null;
    }
  }

  /** Ends it as a shutdown does, and gives its exit code; null when it was not this object that started it. */
  async quit(): Promise<number | null> {
    const child = this.#child;
    const pid = this.pid();
    await this.#leave();
    if (pid !== null) process.kill(pid, 'SIGTERM');
    if (child === null || child.exitCode !== null) {
      await waitFor('the app to end', () => this.pid() === null || !isAlive(this.pid() ?? 0), QUIT_MS);
      return null;
    }
    await within('the app to end', once(child, 'exit'), QUIT_MS);
    return child.exitCode;
  }

  /** Waits for the end of the process that {@link start} started. */
  async ended(withinMs: number): Promise<void> {
    if (this.#child?.exitCode === null) await within('the app to end', once(this.#child, 'exit'), withinMs);
    await this.#leave();
  }

  /** Ends it if it runs. */
  async dispose(): Promise<void> {
    const pid = this.pid();
    await this.#leave();
    if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL');
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL');
  }

  async #leave(): Promise<void> {
    this.#page = null;
    await this.#browser?.close().catch(() => undefined);
    this.#browser = null;
  }

  get #portFile(): string {
    return path.join(this.profile, 'DevToolsActivePort');
  }

  #port(): string {
    return readFileSync(this.#portFile, 'utf8').split('\n')[0] ?? '';
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

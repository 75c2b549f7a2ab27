/** How the app ends, and who may ask for it: the person, a signal, the system. */
import { app, type BrowserWindow, powerMonitor } from 'electron';
import { HIDDEN_SWITCH } from './start-at-login.ts';

/** The app's end. */
export interface LifeCycle {
  /** From the moment on that somebody asked; windows must then close. */
  isQuitting(): boolean;
  readonly quit: () => void;
  /** The app is about to be ended by another hand, such as an installer: windows must then close. */
  readonly aboutToQuit: () => void;
  /** {@link quit}, and then a fresh start with the same arguments. */
  readonly restart: () => void;
  /** To be told of each window that is opened. */
  attach(window: BrowserWindow): void;
}

/** Stopping may take this long, in milliseconds; a system that shuts down waits little longer. */
const STOP_MS = 1_500;

/** Listens to all who may end the app. `stop` closes what is open, at once where it matters, and may be waited for. */
export function createLifeCycle(stop: () => Promise<unknown>): LifeCycle {
  let isQuitting = false;

  function quit(): void {
    isQuitting = true;
    app.quit();
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, quit);
  powerMonitor.on('shutdown', quit);
  app.on('before-quit', () => {
    isQuitting = true;
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.once('will-quit', (event) => {
    event.preventDefault();
    const timeout = new Promise((resolve) => setTimeout(resolve, STOP_MS));
    void Promise.race([stop(), timeout]).finally(() => app.exit());
  });
  function restart(): void {
    const args = process.argv.slice(1).filter((argument) => argument !== HIDDEN_SWITCH);
    // An AppImage's own path lives only as long as this run.
    const program = process.env['APPIMAGE'];
    app.relaunch({ args, ...(program === undefined ? {} : { execPath: program }) });
    quit();
  }

  return {
    isQuitting: () => isQuitting,
    quit,
    aboutToQuit: () => {
      isQuitting = true;
    },
    restart,
    attach: (window) => {
      // Windows ends the session without asking the app: only its windows hear of it.
      window.on('session-end', quit);
    },
  };
}

/** What every end-to-end file needs: parts that end themselves, pictures of failures, patient checks. */
import { afterAll, expect, onTestFailed } from 'vitest';
import { AppUnderTest } from './app.ts';
import { type DesktopOptions, type DesktopSession, startDesktopSession } from './dbus/desktop-session.ts';
import { startBackend, type Backend, type BackendSettings } from './backend.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { TraineeClient } from './trainee-client.ts';
import { reasonOf } from './wait.ts';

/** Starts the parts of a test file and ends them after its last test, the newest first. */
export interface Parts {
  backend(settings?: BackendSettings): Promise<Backend>;
  /** The app with a fresh profile; `args` are its own, such as `--demo`. */
  app(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<AppUnderTest>;
  /** A desktop's services; to be started before the app, which outlives no bus. */
  desktop(options?: DesktopOptions): Promise<DesktopSession>;
  proxy(targetUrl: string): Promise<FaultProxy>;
  /** A signed-in person with an open socket. */
  client(url: string, email: string): Promise<TraineeClient>;
  /** Any other part, and how it ends. */
  keep<T>(part: T, end: (part: T) => void | Promise<void>): T;
}

/** To be called once at the top of a test file. */
export function partsOfThisFile(): Parts {
  const endings: (() => void | Promise<void>)[] = [];
  afterAll(async () => {
    // One part that does not end must not keep the others running.
    const problems: unknown[] = [];
    for (const ending of endings.toReversed()) {
      try {
        await ending();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, problems.map(reasonOf).join('; '));
  });
  function keep<T>(part: T, end: (part: T) => void | Promise<void>): T {
    endings.push(() => end(part));
    return part;
  }
  return {
    keep,
    backend: async (settings) => keep(await startBackend(settings), (backend) => backend.dispose()),
    app: async (args, env) => keep(await AppUnderTest.launch(args, env), (app) => app.dispose()),
    desktop: async (options) => keep(await startDesktopSession(options), (session) => session.close()),
    proxy: async (targetUrl) => keep(await startFaultProxy(targetUrl), (proxy) => proxy.close()),
    client: async (url, email) =>
      keep(await TraineeClient.online(url, email), (client) => client.disconnect()),
  };
}

/** Inside a test: keeps a picture of the window if the test fails. */
export function pictureOnFailure(app: AppUnderTest): void {
  onTestFailed(async ({ task }) => {
    try {
      await app.saveScreenshot(task.name);
    } catch (error) {
      process.stderr.write(`No picture of the failure: ${reasonOf(error)}\n`);
    }
  });
}

/** `expect` on something that becomes true: asks again until it holds or `timeout` milliseconds passed. */
export function eventually<T>(probe: () => T | Promise<T>, timeout = 15_000) {
  return expect.poll(probe, { timeout, interval: 50 });
}

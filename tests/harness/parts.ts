/** What is started for a test, a benchmark or a picture, and ended again: the newest part first. */
import { AppUnderTest } from './app.ts';
import { startBackend, type Backend, type BackendSettings } from './backend.ts';
import { openDisplay } from './display.ts';
import { startDesktopSession, type DesktopOptions, type DesktopSession } from './dbus/desktop-session.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { TraineeClient } from './trainee-client.ts';
import { reasonOf } from './wait.ts';
import { startWindowManager } from './window-manager.ts';

/** Starts parts that end together. */
export interface Parts {
  backend(settings?: BackendSettings): Promise<Backend>;
  /** The app with a fresh profile; `args` are its own, such as `--demo`. */
  app(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<AppUnderTest>;
  /** A desktop's services; to be started before the app, which outlives no bus. */
  desktop(options?: DesktopOptions): Promise<DesktopSession>;
  /** A screen whose windows somebody manages, for the environment of an app: elsewhere nobody minimises them. */
  managedScreen(): Promise<Readonly<Record<string, string>>>;
  proxy(targetUrl: string): Promise<FaultProxy>;
  /** A signed-in person with an open socket. */
  client(url: string, email: string): Promise<TraineeClient>;
  /** Any other part, and how it ends. */
  keep<T>(part: T, end: (part: T) => void | Promise<void>): T;
}

/** Parts, and the way to end them all. */
export interface EndingParts extends Parts {
  /** Ends every part. @throws AggregateError of what did not end well, after all of them had their turn */
  end(): Promise<void>;
}

/** Makes an empty set of parts. */
export function createParts(): EndingParts {
  const endings: (() => void | Promise<void>)[] = [];
  function keep<T>(part: T, end: (part: T) => void | Promise<void>): T {
    endings.push(() => end(part));
    return part;
  }
  return {
    keep,
    backend: async (settings) => keep(await startBackend(settings), (backend) => backend.dispose()),
    app: async (args, env) => keep(await AppUnderTest.launch(args, env), (app) => app.dispose()),
    desktop: async (options) => keep(await startDesktopSession(options), (session) => session.close()),
    managedScreen: async () => {
      const { env } = keep(await openDisplay(), (display) => display.close());
      keep(await startWindowManager(env), (manager) => manager.close());
      return env;
    },
    proxy: async (targetUrl) => keep(await startFaultProxy(targetUrl), (proxy) => proxy.close()),
    client: async (url, email) =>
      keep(await TraineeClient.online(url, email), (client) => client.disconnect()),
    end: async () => {
      // One part that does not end must not keep the others running.
      const problems: unknown[] = [];
      for (const ending of endings.splice(0).toReversed()) {
        try {
          await ending();
        } catch (error) {
          problems.push(error);
        }
      }
      if (problems.length > 0) throw new AggregateError(problems, problems.map(reasonOf).join('; '));
    },
  };
}

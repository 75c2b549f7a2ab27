/** The services of a Linux desktop around one app, all under the test's command. */
import { type BusDaemon, startBusDaemon } from './bus-daemon.ts';
import { type Launcher, startLauncher } from './launcher.ts';
import { type Logind, startLogind } from './logind.ts';
import { NotificationDaemon } from './notification-daemon.ts';
import { TrayHost } from './tray-host.ts';

/** What is there when the app starts; a whole and healthy desktop unless told otherwise. */
export interface DesktopOptions {
  readonly hasTray?: boolean;
  readonly hasNotifications?: boolean;
  /** The bus promises to start a notification daemon, which then never comes. */
  readonly startsDaemonInVain?: boolean;
}

/** A desktop without a screen. */
export interface DesktopSession {
  /** For the app's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly notifications: NotificationDaemon;
  readonly tray: TrayHost;
  readonly logind: Logind;
  readonly launcher: Launcher;
  /** Only after the app has ended. */
  close(): Promise<void>;
}

/** Starts a session bus, a system bus and the services on them. */
export async function startDesktopSession({
  hasTray = true,
  hasNotifications = true,
  startsDaemonInVain = false,
}: DesktopOptions = {}): Promise<DesktopSession> {
  const silentServices = startsDaemonInVain ? ['org.freedesktop.Notifications'] : [];
  const buses: BusDaemon[] = [await startBusDaemon({ silentServices }), await startBusDaemon()];
  const [session = '', system = ''] = buses.map(({ address }) => address);
  const notifications = await NotificationDaemon.start(session, { isAbsent: !hasNotifications });
  const tray = await TrayHost.start(session, { isAbsent: !hasTray });
  const logind = await startLogind(system);
  const launcher = await startLauncher(session);
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: session, DBUS_SYSTEM_BUS_ADDRESS: system },
    notifications,
    tray,
    logind,
    launcher,
    close: async () => {
      for (const service of [notifications, tray, logind, launcher]) service.close();
      await Promise.all(buses.map((bus) => bus.close()));
    },
  };
}

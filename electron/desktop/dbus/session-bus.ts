import { type Bus, openBus } from './bus.ts';

/** Opens the bus of the person's session: the one that the environment names, or the usual one. Null without any. */
export function openSessionBus(env: NodeJS.ProcessEnv): Promise<Bus | null> {
  const usual = env['XDG_RUNTIME_DIR'] === undefined ? '' : `unix:path=${env['XDG_RUNTIME_DIR']}/bus`;
  return openBus(env['DBUS_SESSION_BUS_ADDRESS'] ?? usual);
}

/** Opens the bus of the whole computer, on which logind tells of its end. Null without any. */
export function openSystemBus(env: NodeJS.ProcessEnv): Promise<Bus | null> {
  return openBus(env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/run/dbus/system_bus_socket');
}

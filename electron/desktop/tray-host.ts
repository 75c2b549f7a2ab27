/** Whether the desktop has a tray that shows icons: without one a hidden window could never be reached again. */
import type { Bus } from './dbus/bus.ts';
import { watchService } from './dbus/watched-service.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const WATCHER_PLACE = { destination: WATCHER, path: '/StatusNotifierWatcher' } as const;

/** Tells at first and with every change; also when a tray was replaced by another one. */
export function watchTrayHost(bus: Bus, tell: (hasTray: boolean) => void): void {
  async function look(): Promise<void> {
    const answer = await bus.call(
      { ...WATCHER_PLACE, interface: 'org.freedesktop.DBus.Properties', member: 'Get' },
      { signature: 'ss', body: [WATCHER, 'IsStatusNotifierHostRegistered'] },
    );
    const value = answer.ok ? answer.value[0] : undefined;
    tell(typeof value === 'object' && 'value' in value && value.value === true);
  }

  watchService(bus, WATCHER, (isThere) => {
    if (isThere) void look();
    else tell(false);
  });
  for (const member of ['StatusNotifierHostRegistered', 'StatusNotifierHostUnregistered']) {
    void bus.listen({ sender: WATCHER, interface: WATCHER, member }, () => void look());
  }
}

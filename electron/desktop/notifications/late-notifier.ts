import type { Bus } from '../dbus/bus.ts';
import type { Notifier } from './notifier.ts';

/**
 * The notifier of a Linux desktop, which exists once the session bus is open; where there is no bus, nothing is shown.
 */
export function createLateNotifier(opening: Promise<Bus | null>, create: (bus: Bus) => Notifier): Notifier {
  const notifier = opening.then((bus) => (bus === null ? null : create(bus)));
  return {
    show: async (request) => (await (await notifier)?.show(request)) ?? false,
    withdraw: (key) => void notifier.then((ready) => ready?.withdraw(key)),
    withdrawAll: async () => await (await notifier)?.withdrawAll(),
  };
}

/** A launcher that shows badges on its buttons, as far as programs tell it their counts. */
import type { BusMessage } from '../../../electron/desktop/dbus/message.ts';
import { z } from '../../../shared/schema.ts';
import { offerService } from './service.ts';

const ENTRY = 'com.canonical.Unity.LauncherEntry';

const update = z.tuple([z.string(), z.array(z.tuple([z.string(), z.object({ value: z.unknown() })]))]);

/** What the launcher shows of one program. */
export interface LauncherBadge {
  /** Such as `application://trainer-inbox.desktop`. */
  readonly program: string;
  readonly count: unknown;
  readonly isVisible: unknown;
}

/** The launcher. */
export interface Launcher {
  /** What it was told last, or null before. */
  badge(): LauncherBadge | null;
  close(): void;
}

function badgeOf({ body }: BusMessage): LauncherBadge {
  const [program, properties] = update.parse(body);
  const values = new Map(properties.map(([name, { value }]) => [name, value]));
  return { program, count: values.get('count'), isVisible: values.get('count-visible') };
}

/** Starts a launcher on the bus at `address`. */
export async function startLauncher(address: string): Promise<Launcher> {
  const service = await offerService(address, () => null);
  await service.watch(ENTRY);
  return {
    badge: () => {
      const last = service.signals.all.findLast(({ interface: from }) => from === ENTRY);
      return last === undefined ? null : badgeOf(last);
    },
    close: () => service.close(),
  };
}

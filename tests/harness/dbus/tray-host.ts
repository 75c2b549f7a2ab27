/** A panel's tray: the watcher that icons register with, and what a person does with such an icon. */
import { type Bus, openBus } from '../../../electron/desktop/dbus/bus.ts';
import type { BusMessage } from '../../../electron/desktop/dbus/message.ts';
import type { BusArguments } from '../../../electron/desktop/dbus/bus.ts';
import { z } from '../../../shared/schema.ts';
import { EventLog } from '../wait.ts';
import { type Answer, type BusService, DONE, offerService } from './service.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const WATCHER_PATH = '/StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** Where an icon's object is. */
interface Place {
  readonly destination: string;
  readonly path: string;
}

const variant = z.object({ value: z.unknown() });
const propertyAnswer = z.tuple([variant]);
const pixmaps = z.array(z.tuple([z.number(), z.number(), z.array(z.number())]));
const toolTip = z.tuple([z.string(), z.unknown(), z.string(), z.string()]);
const menuItem = z.tuple([z.number(), z.array(z.tuple([z.string(), variant])), z.array(z.unknown())]);
const layoutAnswer = z.tuple([
  z.number(),
  z.tuple([z.number(), z.unknown(), z.array(z.object({ value: menuItem }))]),
]);

/** One entry of an icon's menu. */
export interface TrayMenuItem {
  readonly id: number;
  /** Empty for a line between two groups. */
  readonly label: string;
}

/** The tray; icons find it only while it is on the bus. */
export class TrayHost {
  /** Every registration, also the second one of the same icon. */
  readonly registered = new EventLog<Place>();
  readonly #bus: Bus;
  #service: BusService | null = null;

  private constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** A tray that is on the bus, unless `isAbsent`. */
  static async start(address: string, { isAbsent = false } = {}): Promise<TrayHost> {
    const bus = await openBus(address);
    if (bus === null) throw new Error('The tray could not connect to the bus.');
    const host = new TrayHost(bus);
    host.#service = await offerService(address, (call) => host.#answer(call));
    await host.#service.watch(ITEM);
    if (!isAbsent) await host.appear();
    return host;
  }

  /** Comes onto the bus, as a panel does that starts after the app. */
  async appear(): Promise<void> {
    await this.#service?.own(WATCHER);
  }

  /** Leaves the bus, as a panel does that crashed. */
  async vanish(): Promise<void> {
    await this.#service?.release(WATCHER);
  }

  /** How often icons said that this of them looks different now: `NewIcon`, `NewToolTip`. */
  changes(member: string): number {
    return this.#service?.signals.all.filter((signal) => signal.member === member).length ?? 0;
  }

  /** The icon that registered last. */
  async icon(): Promise<Place> {
    await this.registered.find('an icon in the tray', () => true);
    const last = this.registered.all.at(-1);
    if (last === undefined) throw new Error('There is no icon in the tray.');
    return last;
  }

  /** What the pointer over the icon shows. */
  async toolTip(): Promise<string> {
    const [, , title] = toolTip.parse(await this.#property('ToolTip'));
    return title;
  }

  /** The icon's picture: side lengths and ARGB bytes of each size. */
  async pixmaps(): Promise<z.infer<typeof pixmaps>> {
    return pixmaps.parse(await this.#property('IconPixmap'));
  }

  /** The menu as a panel draws it. */
  async menu(): Promise<readonly TrayMenuItem[]> {
    const [, [, , items]] = layoutAnswer.parse(
      await this.#call(await this.#menuPlace(), MENU, 'GetLayout', { signature: 'iias', body: [0, -1, []] }),
    );
    return items.map(({ value: [id, properties] }) => {
      const label = new Map(properties).get('label')?.value;
      return { id, label: typeof label === 'string' ? label : '' };
    });
  }

  /** A left click on the icon. */
  async activate(): Promise<void> {
    await this.#call(await this.icon(), ITEM, 'Activate', { signature: 'ii', body: [0, 0] });
  }

  /** A click on the menu's entry whose label begins so. */
  async choose(label: string): Promise<void> {
    const item = (await this.menu()).find((each) => each.label.replaceAll('_', '').startsWith(label));
    if (item === undefined) throw new Error(`The tray's menu has no "${label}".`);
    const body = [item.id, 'clicked', { signature: 's', value: '' }, 0];
    await this.#call(await this.#menuPlace(), MENU, 'Event', { signature: 'isvu', body });
  }

  close(): void {
    this.#service?.close();
    this.#bus.close();
  }

  async #menuPlace(): Promise<Place> {
    const { destination } = await this.icon();
    return { destination, path: z.string().parse(await this.#property('Menu')) };
  }

  async #property(name: string): Promise<unknown> {
    const answer = await this.#call(await this.icon(), PROPERTIES, 'Get', {
      signature: 'ss',
      body: [ITEM, name],
    });
    return propertyAnswer.parse(answer)[0].value;
  }

  async #call(place: Place, target: string, member: string, args: BusArguments): Promise<unknown> {
    const answer = await this.#bus.call({ ...place, interface: target, member }, args);
    if (!answer.ok)
      throw new Error(`${member} was not answered: ${answer.error.reason} ${answer.error.errorName}`);
    return answer.value;
  }

  #answer({ interface: from, member, body, sender = '' }: BusMessage): Answer | null {
    if (from === PROPERTIES && member === 'Get') {
      const value: Record<string, BusArguments['body'][number]> = {
        IsStatusNotifierHostRegistered: { signature: 'b', value: true },
        ProtocolVersion: { signature: 'i', value: 0 },
        RegisteredStatusNotifierItems: { signature: 'as', value: [] },
      };
      const found = value[z.string().parse(body[1])];
      return found === undefined ? null : { signature: 'v', body: [found] };
    }
    if (from !== WATCHER) return null;
    if (member === 'RegisterStatusNotifierItem') this.#register(z.string().parse(body[0]), sender);
    return DONE;
  }

  /** Items say either their bus name or the path of their object. */
  #register(item: string, sender: string): void {
    const place = item.startsWith('/')
      ? { destination: sender, path: item }
      : { destination: item, path: '/StatusNotifierItem' };
    this.registered.add(place);
    this.#service?.emit(
      { path: WATCHER_PATH, interface: WATCHER, member: 'StatusNotifierItemRegistered' },
      { signature: 's', body: [item] },
    );
  }
}

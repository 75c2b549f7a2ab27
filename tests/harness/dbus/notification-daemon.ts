/** A notification daemon under the test's command. It shows nothing and remembers everything. */
import type { BusMessage } from '../../../electron/desktop/dbus/message.ts';
import { z } from '../../../shared/schema.ts';
import { EventLog } from '../wait.ts';
import { type Answer, type BusService, DONE, offerService } from './service.ts';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

/** One `Notify` as it came, with the id that it was given. */
export interface ShownNotification {
  readonly id: number;
  readonly replacesId: number;
  readonly title: string;
  readonly body: string;
  /** Key and label in turn. */
  readonly actions: readonly string[];
  readonly hints: ReadonlyMap<string, unknown>;
  /** Milliseconds; -1 is the daemon's own choice. */
  readonly timeoutMs: number;
}

const notifyArguments = z.tuple([
  z.string(),
  z.number(),
  z.string(),
  z.string(),
  z.string(),
  z.array(z.string()),
  z.array(z.tuple([z.string(), z.object({ value: z.unknown() })])),
  z.number(),
]);

/** The daemon; it answers only while it is on the bus and not hung. */
export class NotificationDaemon {
  /** Every notification in the order in which it came. */
  readonly shown = new EventLog<ShownNotification>();
  /** Ids that the app asked to close. */
  readonly closed = new EventLog<number>();
  /** Ids on screen now. */
  readonly open = new Set<number>();
  /** A hung daemon takes calls and answers none. */
  isHung = false;
  capabilities: readonly string[] = ['actions', 'body', 'persistence'];
  #service: BusService | null = null;
  #lastId = 0;

  /** A daemon that is on the bus, unless `isAbsent`. */
  static async start(
    address: string,
    options: {
      readonly isHung?: boolean;
      readonly capabilities?: readonly string[];
      readonly isAbsent?: boolean;
    } = {},
  ): Promise<NotificationDaemon> {
    const daemon = new NotificationDaemon();
    daemon.isHung = options.isHung ?? false;
    if (options.capabilities !== undefined) daemon.capabilities = options.capabilities;
    daemon.#service = await offerService(address, (call) => daemon.#answer(call));
    if (options.isAbsent !== true) await daemon.appear();
    return daemon;
  }

  /** Comes onto the bus, as a daemon does that starts late. */
  async appear(): Promise<void> {
    await this.#service?.own(NAME);
  }

  /** Leaves the bus; what it showed is gone. */
  async vanish(): Promise<void> {
    this.open.clear();
    await this.#service?.release(NAME);
  }

  /** The person clicks on a notification, or on one of its buttons. */
  invoke(id: number, action = 'default'): void {
    this.#emit('ActionInvoked', 'us', [id, action]);
  }

  /** The person types an answer into a notification. */
  reply(id: number, text: string): void {
    this.#emit('NotificationReplied', 'us', [id, text]);
  }

  /** A notification leaves the screen: 1 it ran out, 2 the person waved it away. */
  dismiss(id: number, reason: 1 | 2): void {
    this.open.delete(id);
    this.#emit('NotificationClosed', 'uu', [id, reason]);
  }

  /** Waits for a call of this name, answered or not. */
  async calls(name: string): Promise<void> {
    await this.#service?.calls.find(`the app to call ${name}`, ({ member }) => member === name);
  }

  close(): void {
    this.#service?.close();
  }

  #emit(member: string, signature: string, body: readonly (string | number)[]): void {
    this.#service?.emit({ path: PATH, interface: NAME, member }, { signature, body });
  }

  #answer({ interface: from, member, body }: BusMessage): Answer | null {
    if (from !== NAME) return null;
    if (this.isHung) return 'silence';
    switch (member) {
      case 'GetServerInformation':
        return { signature: 'ssss', body: ['test daemon', 'test', '1', '1.2'] };
      case 'GetCapabilities':
        return { signature: 'as', body: [this.capabilities] };
      case 'Notify':
        return { signature: 'u', body: [this.#notify(body)] };
      case 'CloseNotification':
        this.#close(z.tuple([z.number()]).parse(body)[0]);
        return DONE;
      default:
        return null;
    }
  }

  #notify(body: BusMessage['body']): number {
    const [, replacesId, , title, text, actions, hints, timeoutMs] = notifyArguments.parse(body);
    const id = this.open.has(replacesId) ? replacesId : (this.#lastId += 1);
    this.open.add(id);
    this.shown.add({
      id,
      replacesId,
      title,
      body: text,
      actions,
      hints: new Map(hints.map(([name, { value }]) => [name, value])),
      timeoutMs,
    });
    return id;
  }

  #close(id: number): void {
    this.closed.add(id);
    if (!this.open.delete(id)) return;
    this.#emit('NotificationClosed', 'uu', [id, 3]);
  }
}

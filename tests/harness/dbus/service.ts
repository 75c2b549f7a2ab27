/** A program on a bus that offers services, as the test wants them: answering, refusing or silent. */
import { type LinkListener, openLink } from '../../../electron/desktop/dbus/link.ts';
import type { BusMessage } from '../../../electron/desktop/dbus/message.ts';
import type { BusArguments } from '../../../electron/desktop/dbus/bus.ts';
import { EventLog } from '../wait.ts';

/** What a service says to a call: values, an error's name, or nothing at all. */
export type Answer = BusArguments | { readonly errorName: string } | 'silence';

/** The answer without values. */
export const DONE: Answer = { signature: '', body: [] };

const UNKNOWN: Answer = { errorName: 'org.freedesktop.DBus.Error.UnknownMethod' };
const BUS = 'org.freedesktop.DBus';

/** A connection that owns names and answers calls. */
export interface BusService {
  /** Every call that came, answered or not. */
  readonly calls: EventLog<BusMessage>;
  /** Every signal of the kinds that were asked for. */
  readonly signals: EventLog<BusMessage>;
  /** Asks for the signals of this interface, whoever sends them. */
  watch(interfaceName: string): Promise<void>;
  /** Takes a name; it is this connection's when the promise settles. */
  own(name: string): Promise<void>;
  /** Gives a name up. */
  release(name: string): Promise<void>;
  emit(
    signal: { readonly path: string; readonly interface: string; readonly member: string },
    args: BusArguments,
  ): void;
  close(): void;
}

/** Connects to the bus at `address`; `answer` is asked for each call, and null from it means "unknown method". */
export async function offerService(
  address: string,
  answer: (call: BusMessage) => Answer | null,
): Promise<BusService> {
  const calls = new EventLog<BusMessage>();
  const answers = new EventLog<BusMessage>();
  const signals = new EventLog<BusMessage>();
  const listener: LinkListener = {
    onClosed: () => undefined,
    onMessage: (message) => {
      if (message.kind === 'signal') return signals.add(message);
      if (message.kind !== 'call') return answers.add(message);
      calls.add(message);
      const said = answer(message) ?? UNKNOWN;
      if (said === 'silence') return;
      link.send({
        destination: message.sender,
        replySerial: message.serial,
        ...('errorName' in said
          ? { kind: 'error', errorName: said.errorName, signature: '', body: [] }
          : { kind: 'return', ...said }),
      });
    },
  };
  const link = await connected(address, listener);

  async function askBus(member: string, args: BusArguments): Promise<void> {
    const serial = link.send({
      kind: 'call',
      destination: BUS,
      path: '/org/freedesktop/DBus',
      interface: BUS,
      member,
      ...args,
    });
    const reply = await answers.find(
      `the bus to answer ${member}`,
      ({ replySerial }) => replySerial === serial,
    );
    if (reply.kind === 'error') throw new Error(`The bus refused ${member}: ${reply.errorName ?? ''}`);
  }

  await askBus('Hello', { signature: '', body: [] });
  return {
    calls,
    signals,
    watch: (interfaceName) =>
      askBus('AddMatch', { signature: 's', body: [`type='signal',interface='${interfaceName}'`] }),
    own: (name) => askBus('RequestName', { signature: 'su', body: [name, 4] }),
    release: (name) => askBus('ReleaseName', { signature: 's', body: [name] }),
    emit: (signal, args) => void link.send({ kind: 'signal', ...signal, ...args }),
    close: () => link.close(),
  };
}

async function connected(address: string, listener: LinkListener) {
  const link = await openLink(address, listener);
  if (link === null) throw new Error('The test could not connect to its own bus.');
  return link;
}

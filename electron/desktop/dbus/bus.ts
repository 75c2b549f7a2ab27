/**
 * A client of the session bus. Every call is asynchronous and has a time limit, so a service that hangs costs the
 * app nothing: Electron's own notifications wait for theirs on the main thread, for minutes if need be.
 */
import { fail, ok, type Result } from '../../../shared/result.ts';
import { type BusLink, openLink } from './link.ts';
import type { BusMessage } from './message.ts';
import type { BusValue } from './values.ts';

/** A method of a service. */
export interface BusMethod {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/** Why a call has no answer: its service took too long, the bus is gone, or the name of the error it answered. */
export type BusFailure = { readonly reason: 'timeout' | 'closed' | 'refused'; readonly errorName: string };

/** Arguments of a call or a signal. */
export interface BusArguments {
  readonly signature: string;
  readonly body: readonly BusValue[];
}

/** Which signals are listened to. */
export interface SignalMatch {
  /** Well-known name of the sender; the bus itself sees to it that nobody else gets in. */
  readonly sender: string;
  readonly interface: string;
  readonly member: string;
  /** Only signals whose first argument is this text. */
  readonly firstArgument?: string;
}

/** An open connection to a bus. */
export interface Bus {
  /** Calls a method; the answer's values, or why there are none. Never rejects. */
  call(
    method: BusMethod,
    options?: Partial<BusArguments> & { readonly timeoutMs?: number },
  ): Promise<Result<readonly BusValue[], BusFailure>>;
  /** Broadcasts a signal. */
  emit(signal: Omit<BusMethod, 'destination'>, args: BusArguments): void;
  /** Listens to signals; to all that are sent after the promise has settled. */
  listen(match: SignalMatch, listener: (body: readonly BusValue[]) => void): Promise<void>;
  close(): void;
}

/** The bus's own service. */
export const BUS_SERVICE = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

const CALL_MS = 2_000;

/** Connects to the bus at `address`; null when there is none. */
export async function openBus(address: string): Promise<Bus | null> {
  const waiting = new Map<number, (answer: BusMessage | null) => void>();
  const listeners: { readonly match: SignalMatch; readonly tell: (body: readonly BusValue[]) => void }[] = [];

  function onMessage(message: BusMessage): void {
    if (message.kind === 'return' || message.kind === 'error') {
      waiting.get(message.replySerial ?? 0)?.(message);
    } else if (message.kind === 'signal') {
      for (const { match, tell } of listeners) {
        // Whoever waits for an answer that came just before goes first.
        if (isMatch(message, match)) setImmediate(() => tell(message.body));
      }
    } else {
      // The app offers nothing on the bus; saying so is quicker for the caller than waiting.
      link?.send({
        kind: 'error',
        errorName: 'org.freedesktop.DBus.Error.UnknownMethod',
        replySerial: message.serial,
        destination: message.sender,
        signature: '',
        body: [],
      });
    }
  }

  let isClosed = false;
  const link: BusLink | null = await openLink(address, {
    onMessage,
    onClosed: () => {
      isClosed = true;
      for (const answer of waiting.values()) answer(null);
    },
  });
  if (link === null) return null;

  const call: Bus['call'] = (method, { signature = '', body = [], timeoutMs = CALL_MS } = {}) =>
    new Promise((resolve) => {
      if (isClosed) return resolve(fail({ reason: 'closed', errorName: '' }));
      const serial = link.send({ kind: 'call', ...method, signature, body });
      const settle = (result: Result<readonly BusValue[], BusFailure>): void => {
        clearTimeout(timer);
        waiting.delete(serial);
        resolve(result);
      };
      const timer = setTimeout(() => settle(fail({ reason: 'timeout', errorName: '' })), timeoutMs);
      waiting.set(serial, (answer) => {
        if (answer === null) settle(fail({ reason: 'closed', errorName: '' }));
        else if (answer.kind === 'return') settle(ok(answer.body));
        else settle(fail({ reason: 'refused', errorName: answer.errorName ?? '' }));
      });
    });

  const bus: Bus = {
    call,
    emit: (signal, args) => {
      if (!isClosed) link.send({ kind: 'signal', ...signal, ...args });
    },
    listen: async (match, tell) => {
      listeners.push({ match, tell });
      await call({ ...BUS_SERVICE, member: 'AddMatch' }, { signature: 's', body: [matchRule(match)] });
    },
    close: () => link.close(),
  };
  const hello = await call({ ...BUS_SERVICE, member: 'Hello' });
  if (hello.ok) return bus;
  link.close();
  return null;
}

/** The bus sends only what rules ask for; which of them a signal was sent for it does not say. */
function isMatch(message: BusMessage, match: SignalMatch): boolean {
  return (
    message.interface === match.interface &&
    message.member === match.member &&
    (match.firstArgument === undefined || message.body[0] === match.firstArgument)
  );
}

function matchRule(match: SignalMatch): string {
  const argument = match.firstArgument === undefined ? '' : `,arg0='${match.firstArgument}'`;
  return (
    `type='signal',sender='${match.sender}',interface='${match.interface}',member='${match.member}'` +
    argument
  );
}

/** Where Node keeps the connections of `fetch`; a name that is meant to be used from outside. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

interface Dispatcher {
  destroy(reason: Error): Promise<void>;
}

function isDispatcher(value: unknown): value is Dispatcher {
  return (
    typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function'
  );
}

/** How `fetch` is to connect; what it calls is Node's own contract. */
export interface HttpConnectionSettings {
  readonly connect?: (
    to: { readonly protocol: string; readonly hostname: string; readonly port: string },
    done: (error: unknown, socket: unknown) => void,
  ) => void;
}

/**
 * Closes every connection that `fetch` keeps open, in use or not: after sleep nobody answers on them, and
 * a request would wait for its time-out. Requests under way fail as if the network had gone. New ones are made by the
 * settings, or else straight to the server.
 */
export function dropHttpConnections(settings: HttpConnectionSettings = {}): void {
  // Node makes the first one when it is needed, as it is for this.
  void new Headers();
  const old: unknown = Reflect.get(globalThis, DISPATCHER);
  if (!isDispatcher(old)) return;
  Reflect.set(globalThis, DISPATCHER, Reflect.construct(old.constructor, [settings]));
  void old.destroy(new Error('The connection may be dead.')).catch(() => undefined);
}

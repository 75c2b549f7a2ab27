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

/**
 * Closes every connection that `fetch` keeps open, in use or not: after sleep nobody answers on them, and
 * a request would wait for its time-out. Requests under way fail as if the network had gone.
 */
export function dropHttpConnections(): void {
  const old: unknown = Reflect.get(globalThis, DISPATCHER);
  // Before the first request there is none.
  if (!isDispatcher(old)) return;
  Reflect.set(globalThis, DISPATCHER, Reflect.construct(old.constructor, []));
  void old.destroy(new Error('The connection may be dead.')).catch(() => undefined);
}

/** HTTP with connections of its own, so that several apps in one process do not share them. */

/** What an engine needs of HTTP. */
export interface Http {
  readonly fetch: typeof globalThis.fetch;
  /** Closes all its connections. */
  readonly dropConnections: () => void;
}

interface Agent {
  destroy(reason: Error): Promise<void>;
}

/** Where Node keeps the agent of `fetch`, once there was a first request. */
const AGENT_SLOT = Symbol.for('undici.globalDispatcher.1');

function newAgent(): Agent {
  const shared: unknown = Reflect.get(globalThis, AGENT_SLOT);
  if (!(shared instanceof Object)) throw new Error('Nothing was fetched yet, so there is no agent.');
  return Reflect.construct(shared.constructor, []) as Agent;
}

/** Creates HTTP for one app. Only after this process has fetched something. */
export function createHttp(): Http {
  let agent = newAgent();
  return {
    fetch: (input, init) => globalThis.fetch(input, { ...init, dispatcher: agent } as RequestInit),
    dropConnections: () => {
      const old = agent;
      agent = newAgent();
      void old.destroy(new Error('The connection may be dead.')).catch(() => undefined);
    },
  };
}

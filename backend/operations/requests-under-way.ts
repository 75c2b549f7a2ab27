import type { FastifyInstance, FastifyRequest } from 'fastify';

/** The requests that have begun and are not yet answered. */
export interface RequestsUnderWay {
  /** Resolves when there are none. */
  settled(): Promise<void>;
}

/** Follows the requests to the routes that are registered from now on. */
export function followRequests(app: FastifyInstance): RequestsUnderWay {
  const underWay = new Set<FastifyRequest>();
  let onSettled: (() => void) | null = null;
  app.addHook('onRequest', async (request) => {
    underWay.add(request);
  });
  app.addHook('onResponse', async (request) => {
    underWay.delete(request);
    if (underWay.size === 0) onSettled?.();
  });
  return {
    settled: () =>
      new Promise((resolve) => {
        if (underWay.size === 0) resolve();
        else onSettled = resolve;
      }),
  };
}

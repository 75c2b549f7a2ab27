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
  function end(request: FastifyRequest): void {
    if (underWay.delete(request) && underWay.size === 0) onSettled?.();
  }
  app.addHook('onRequest', async (request) => {
    underWay.add(request);
    // What never arrived whole reaches no handler, and so comes to no response.
    request.raw.once('close', () => {
      if (!request.raw.complete) end(request);
    });
  });
  app.addHook('onResponse', async (request) => end(request));
  return {
    settled: () =>
      new Promise((resolve) => {
        if (underWay.size === 0) resolve();
        else onSettled = resolve;
      }),
  };
}

import { Server } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Connections on which nothing comes any more are waited for no longer. */
const GRACE_MS = 1_500;

/** The way of a node out of service, without a request that fails. */
export interface Draining {
  /** True once it has begun. */
  readonly isActive: boolean;
  /**
   * Takes no more connections, answers what still comes over the open ones and lets each go after its answer.
   * Resolves when all have gone, or nothing comes over those that are left.
   */
  begin(): Promise<void>;
}

/** Prepares the server for being drained before it is closed. */
export function installDraining(app: FastifyInstance): Draining {
  let isActive = false;
  app.addHook('onSend', async (_request, reply) => {
    if (isActive) reply.header('connection', 'close');
  });
  return {
    get isActive() {
      return isActive;
    },
    async begin() {
      isActive = true;
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, GRACE_MS);
        // The HTTP server's own `close` would cut idle connections, over which a request may be on its way.
        Server.prototype.close.call(app.server, () => {
          clearTimeout(late);
          resolve();
        });
      });
    },
  };
}

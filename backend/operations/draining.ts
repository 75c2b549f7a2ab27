import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * So long a node that says that it is going is still sent new connections: balancers ask every second. To close the
 * door before would cut off those who stand in it.
 */
const NOTICE_MS = 2_000;
/** Connections on which nothing comes any more are waited for no longer. */
const GRACE_MS = 1_000;

/** The way of a node out of service, without a request that fails. */
export interface Draining {
  /** True once it has begun. */
  readonly isActive: boolean;
  /**
   * Lets each connection go after its next answer, and soon takes no more of them; calls `onClosed` then.
   * Resolves when all have gone, or nothing comes over those that are left.
   */
  begin(onClosed: () => void): Promise<void>;
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
    async begin(onClosed) {
      isActive = true;
      await pause(NOTICE_MS);
      onClosed();
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

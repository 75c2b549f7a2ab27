import type { FastifyInstance } from 'fastify';
import { EPOCH_HEADER } from '../../shared/wire/rest.ts';
import { ApiError } from './api-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request names a person or a conversation by number. */
    isByNumber?: boolean;
  }
}

/**
 * Refuses a request whose numbers come from another incarnation of this database: after a backup was restored
 * the same number may be given to somebody else, and a message must not go there.
 * @param asked the epoch that the client's numbers are from; undefined when it does not say
 * @throws ApiError 412 `epoch_changed`
 */
export function checkEpoch(asked: unknown, epoch: string): void {
  if (asked === undefined || asked === epoch) return;
  throw new ApiError(412, 'epoch_changed', 'The server was restored from a backup. Load everything again.');
}

/** Checks every request that names something by number; to be installed after the authentication. */
export function installEpochCheck(app: FastifyInstance, epoch: string): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isByNumber) checkEpoch(request.headers[EPOCH_HEADER], epoch);
  });
}

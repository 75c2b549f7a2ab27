import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';

/** The requests that have begun and have not ended: neither answered, nor done for somebody who is gone. */
export interface RequestsUnderWay {
  /** Resolves when there are none. */
  settled(): Promise<void>;
}

/**
 * Follows the requests to an app's routes. Its part of `onSend` and `onResponse` is to come last, so that nothing
 * is done for a request that has ended here.
 * @param onLost hears of each request whose connection was gone before its answer; `onResponse` never does
 */
export function followRequests(
  app: FastifyInstance,
  onLost: (request: FastifyRequest, reply: FastifyReply) => void,
): RequestsUnderWay {
  const underWay = new Map<FastifyRequest, { readonly reply: FastifyReply; isHandled: boolean }>();
  // A connection may carry any number of requests, also at once.
  const connections = new WeakSet<Socket>();
  let onSettled: (() => void) | null = null;

  function end(request: FastifyRequest): void {
    if (underWay.delete(request) && underWay.size === 0) onSettled?.();
  }
  function endIfLost(request: FastifyRequest): void {
    const state = underWay.get(request);
    // While its handler runs it is under way, whoever may still want to know.
    if (!state?.isHandled || !request.raw.socket.destroyed) return;
    end(request);
    onLost(request, state.reply);
  }
  function followConnection(socket: Socket): void {
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.once('close', () => {
      for (const request of underWay.keys()) if (request.raw.socket === socket) endIfLost(request);
    });
  }

  app.addHook('onRequest', async (request, reply) => {
    underWay.set(request, { reply, isHandled: false });
    followConnection(request.raw.socket);
  });
  app.addHook('preParsing', async (request) => {
    // The framework would wait for ever for the rest of a body that was dropped before anybody read it.
    if (request.raw.destroyed) throw new ApiError(408, 'unavailable', 'The connection is gone.');
  });
  app.addHook('onSend', async (request) => {
    const state = underWay.get(request);
    if (state) state.isHandled = true;
    endIfLost(request);
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

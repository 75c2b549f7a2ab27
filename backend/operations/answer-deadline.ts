import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/**
 * Answers with 503 what a handler has not answered so many milliseconds after its request began; what the handler
 * makes of it later is for nobody. The framework's own `handlerTimeout` ends with the body's arrival.
 */
export function limitAnswers(app: FastifyInstance, limitMs: number): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async function handleInTime(request, reply) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () =>
          late.reject(new ApiError(503, 'unavailable', 'The server took too long. Try again in a moment.')),
        limitMs - reply.elapsedTime,
      );
      try {
        return await Promise.race([handler.call(this, request, reply), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    };
  });
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.ts';

/** Tells of a request that has ended: one line in the log, and its part in the figures. */
export type ReportRequest = (request: FastifyRequest, reply: FastifyReply) => void;

/** @param isLost whether the reports are of requests whose connection was gone before their answer */
export function requestReport(metrics: Metrics, { isLost } = { isLost: false }): ReportRequest {
  return (request, reply) => {
    const { method, failure } = request;
    const { url: route } = request.routeOptions;
    const { statusCode, elapsedTime } = reply;
    const status = isLost ? 'lost' : statusCode;
    metrics.requestEnded({ method, route, status, seconds: elapsedTime / 1_000 });
    const milliseconds = Math.round(elapsedTime * 10) / 10;
    const userId = request.principal?.user.id;
    const line = { method, route, status, milliseconds, ...(userId !== undefined && { userId }) };
    if (failure === null) request.log.info(line, 'request');
    else request.log.error({ ...line, err: failure.error }, 'request failed');
  };
}

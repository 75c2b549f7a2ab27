import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { ApiError, invalidInput } from './api-error.ts';
import { errorBody } from './error-answers.ts';

/** How long the sender of something unreadable may take to read the answer. */
const LINGER_MS = 1_000;

const UNREADABLE = invalidInput('The request cannot be read.');

/** What Node's HTTP parser and its timers complain of by a name of its own. */
const KNOWN: Readonly<Record<string, ApiError>> = {
  HPE_HEADER_OVERFLOW: new ApiError(431, 'payload_too_large', 'The headers are larger than 16 KiB.'),
  // Not the sender's fault, and worth another attempt: as 400 it would be a message that failed for good.
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError(408, 'unavailable', 'The request took too long to arrive.'),
};

/**
 * Answers what never became a request (no HTTP, endless headers, a request that stops half way) in the one
 * shape of all errors, and hangs up.
 */
export function answerUnreadable(
  error: { readonly code?: string | undefined },
  socket: Socket,
  log: FastifyBaseLogger,
): void {
  if (!socket.writable) return;
  const { status, code, message } = KNOWN[error.code ?? ''] ?? UNREADABLE;
  const reqId = randomUUID();
  log.info({ reqId, status, reason: error.code }, 'unreadable request');
  const body = JSON.stringify(errorBody(code, message));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nx-request-id: ${reqId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Closed at once, it might lose the answer; left alone, it might stay for as long as the other side likes.
  socket.setTimeout(LINGER_MS, () => socket.destroy());
}

import { z } from './schema.ts';

/** Everything that can go wrong between the app's rooms and on its way to the server: a closed list. */
export const clientErrorCodeSchema = z.enum([
  'invalid_input',
  'not_signed_in',
  'invalid_server',
  'insecure_server',
  'unreachable',
  'timeout',
  'certificate',
  'not_messaging_server',
  'invalid_credentials',
  'session_ended',
  'rate_limited',
  'forbidden',
  'impersonation_read_only',
  'conversation_archived',
  'not_found',
  'idempotency_mismatch',
  'server_error',
  'role_not_supported',
  'storage_full',
  'storage_failed',
  'update_required',
  'unexpected',
]);
export type ClientErrorCode = z.infer<typeof clientErrorCodeSchema>;

export const clientErrorSchema = z.object({
  code: clientErrorCodeSchema,
  /** One sentence for a person; never a stack, a path or a token. */
  message: z.string(),
  /** Whole seconds to wait, with `rate_limited`. */
  retryAfterSeconds: z.int().nonnegative().optional(),
});
export type ClientError = z.infer<typeof clientErrorSchema>;

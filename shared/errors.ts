import { z } from './schema.ts';

/**
 * Everything that can go wrong between the app's rooms and on its way to the server: a closed list. Each code has its
 * sentence for a person in the catalogue of words, part `errors`.
 */
export const clientErrorCodeSchema = z.enum([
  'invalid_input',
  'blank_message',
  'message_too_long',
  'message_not_sendable',
  'message_damaged',
  'incomplete_sign_in',
  'not_signed_in',
  'invalid_server',
  'insecure_server',
  'unreachable',
  'timeout',
  'certificate',
  'proxy_refused',
  'not_messaging_server',
  'another_server',
  'server_restored',
  'invalid_credentials',
  'session_ended',
  'rate_limited',
  'forbidden',
  'impersonation_read_only',
  'conversation_archived',
  'not_found',
  'idempotency_mismatch',
  'server_error',
  'password_too_short',
  'storage_full',
  'storage_failed',
  'storage_repaired',
  'update_required',
  'demo_failed',
  'link_not_opened',
  'file_not_saved',
  'unexpected',
]);
export type ClientErrorCode = z.infer<typeof clientErrorCodeSchema>;

export const clientErrorSchema = z.object({
  code: clientErrorCodeSchema,
  /** Whole seconds to wait, with `rate_limited`. */
  retryAfterSeconds: z.int().nonnegative().optional(),
  /** What was done about damaged databases, with `storage_repaired`. */
  repairs: z
    .object({
      /** Unsent messages saved from a damaged outbox, whose file was kept; null when it was not damaged. */
      restoredMessages: z.int().nonnegative().nullable(),
      /** The messages from the server are read again. */
      isCacheReplaced: z.boolean(),
    })
    .optional(),
});
export type ClientError = z.infer<typeof clientErrorSchema>;

/** Bodies, queries and answers of the REST interface. Source: docs/protocol.md section 3. */
import { PASSWORD_MIN_LENGTH, PUSH_TOKEN_MAX_LENGTH } from '../limits.ts';
import { z } from '../schema.ts';
import {
  conversationSchema,
  counterSchema,
  idSchema,
  messageSchema,
  timeSchema,
  traineeDetailSchema,
  traineeSchema,
  userSchema,
  uuidSchema,
} from './entities.ts';
import { feedEventSchema, receivedFeedEventSchema } from './feed.ts';

export const API_BASE = '/api';

/** Request header: the epoch that the numbers in the request are from. */
export const EPOCH_HEADER = 'x-epoch';

/** Error codes that the server gives. */
export const serverErrorCodeSchema = z.enum([
  'invalid_input',
  'invalid_credentials',
  'unauthenticated',
  'session_ended',
  'forbidden_role',
  'impersonation_read_only',
  'conversation_archived',
  'not_found',
  'idempotency_mismatch',
  'cursor_expired',
  'epoch_changed',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'unavailable',
  'internal',
]);
export type ServerErrorCode = z.infer<typeof serverErrorCodeSchema>;

/** `code` is read as any text, so that a newer server's code still shows its sentence. */
export const errorBodySchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export const loginBodySchema = z.object({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(1_024),
});
export const tokensSchema = z.object({ accessToken: z.string().min(1), refreshToken: z.string().min(1) });
export type Tokens = z.infer<typeof tokensSchema>;
export const loginAnswerSchema = tokensSchema.extend({ user: userSchema });
export type LoginAnswer = z.infer<typeof loginAnswerSchema>;
export const refreshBodySchema = z.object({ refreshToken: z.string().min(1).max(4_096) });
export const passwordBodySchema = z.object({
  current: z.string().min(1).max(1_024),
  next: z.string().min(PASSWORD_MIN_LENGTH).max(1_024),
});
export const impersonateBodySchema = z.object({ userId: idSchema });
export const impersonateAnswerSchema = z.object({ accessToken: z.string().min(1), user: userSchema });
export const meAnswerSchema = z.object({ user: userSchema, impersonator: userSchema.optional() });

export const sendBodySchema = z.object({ clientMessageId: uuidSchema, content: z.string() });
export const startBodySchema = sendBodySchema.extend({ traineeId: idSchema });
export const readBodySchema = z.object({ upToSeq: counterSchema });

/** A page of anything that is paged by an opaque cursor. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const trainersAnswerSchema = pageOf(userSchema);
export const traineesAnswerSchema = pageOf(traineeSchema);
export const traineeAnswerSchema = z.object({ trainee: traineeDetailSchema });
export const conversationsAnswerSchema = pageOf(conversationSchema);
export const conversationAnswerSchema = z.object({ conversation: conversationSchema });
export const messagesAnswerSchema = z.object({ items: z.array(messageSchema), hasMore: z.boolean() });
export const messageAnswerSchema = z.object({ message: messageSchema });
export const startAnswerSchema = z.object({
  conversation: conversationSchema,
  message: messageSchema,
  created: z.boolean(),
});
export const readAnswerSchema = z.object({ readSeq: counterSchema });
export const unreadAnswerSchema = z.object({ unreadCount: counterSchema });
export const feedAnswerSchema = z.object({
  serverId: uuidSchema,
  epoch: uuidSchema,
  events: z.array(feedEventSchema),
  head: counterSchema,
});
/** The same as a client reads it: events of a later version count as `hidden`. */
export const receivedFeedAnswerSchema = feedAnswerSchema.extend({ events: z.array(receivedFeedEventSchema) });
export type FeedAnswer = z.infer<typeof feedAnswerSchema>;
/** What a phone or browser gets push notifications by. */
export const pushPlatformSchema = z.enum(['android', 'ios', 'web']);
export type PushPlatform = z.infer<typeof pushPlatformSchema>;
export const deviceBodySchema = z.object({
  /** FCM's registration token, which is opaque: visible ASCII. */
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .max(PUSH_TOKEN_MAX_LENGTH),
  platform: pushPlatformSchema,
});
export const pushDeviceSchema = z.object({ platform: pushPlatformSchema, registeredAt: timeSchema });
export type PushDevice = z.infer<typeof pushDeviceSchema>;
export const deviceAnswerSchema = z.object({ device: pushDeviceSchema });
export const snapshotAnswerSchema = z.object({
  serverId: uuidSchema,
  epoch: uuidSchema,
  feedSeq: counterSchema,
  conversations: z.array(conversationSchema),
  trainees: z.array(traineeSchema),
  nextCursor: z.string().nullable(),
});
export type SnapshotAnswer = z.infer<typeof snapshotAnswerSchema>;

/** What the messaging backend and the app tell each other about. Source: docs/protocol.md section 3. */
import { z } from '../schema.ts';

/** A server id: a positive integer. */
export const idSchema = z.int().positive();
/** A counter such as `seq` or `feedSeq`; 0 means "none yet". */
export const counterSchema = z.int().nonnegative();
/** ISO 8601, UTC, with milliseconds: `2026-11-23T08:30:00.000Z`. */
export const timeSchema = z.iso.datetime({ precision: 3 });
/** Any RFC 9562 UUID, in lower case. */
export const uuidSchema = z.uuid().toLowerCase();

export const roleSchema = z.enum(['trainer', 'trainee', 'admin']);
export type Role = z.infer<typeof roleSchema>;

export const userSchema = z.object({ id: idSchema, role: roleSchema, name: z.string(), email: z.string() });
export type User = z.infer<typeof userSchema>;

export const personSchema = z.object({ id: idSchema, name: z.string() });
export type Person = z.infer<typeof personSchema>;

export const traineeSchema = z.object({
  id: idSchema,
  name: z.string(),
  email: z.string(),
  conversationId: idSchema.nullable(),
});
export type Trainee = z.infer<typeof traineeSchema>;

export const traineeDetailSchema = traineeSchema.extend({
  joinedAt: timeSchema,
  programme: z.string().nullable(),
  lastWorkoutAt: timeSchema.nullable(),
  missedWorkoutsThisWeek: counterSchema,
  lastActiveAt: timeSchema.nullable(),
});
export type TraineeDetail = z.infer<typeof traineeDetailSchema>;

export const messageSchema = z.object({
  id: idSchema,
  conversationId: idSchema,
  seq: idSchema,
  senderId: idSchema,
  clientMessageId: uuidSchema,
  content: z.string(),
  createdAt: timeSchema,
});
export type Message = z.infer<typeof messageSchema>;

/** A conversation from the receiver's side: `readSeq` is theirs, `peerReadSeq` the other's. */
export const conversationSchema = z.object({
  id: idSchema,
  trainer: personSchema,
  trainee: personSchema,
  isArchived: z.boolean(),
  lastMessage: messageSchema.nullable(),
  lastMessageAt: timeSchema.nullable(),
  lastSeq: counterSchema,
  readSeq: counterSchema,
  peerReadSeq: counterSchema,
  unreadCount: counterSchema,
});
export type Conversation = z.infer<typeof conversationSchema>;

/** A user's own numbered list of changes. Source: docs/protocol.md sections 2, 4 and 6. */
import { z } from '../schema.ts';
import {
  conversationSchema,
  counterSchema,
  idSchema,
  messageSchema,
  timeSchema,
  traineeSchema,
  uuidSchema,
} from './entities.ts';

const numbered = { feedSeq: idSchema };

/** Every kind of feed event; what the server may write. */
export const feedEventSchema = z.discriminatedUnion('type', [
  z.object({ ...numbered, type: z.literal('message.created'), message: messageSchema }),
  z.object({ ...numbered, type: z.literal('conversation.created'), conversation: conversationSchema }),
  z.object({
    ...numbered,
    type: z.literal('conversation.read'),
    conversationId: idSchema,
    userId: idSchema,
    readSeq: counterSchema,
    readAt: timeSchema,
  }),
  /** The trainer gets the conversation, the trainee its id alone. */
  z.object({
    ...numbered,
    type: z.literal('conversation.archived'),
    conversation: conversationSchema.optional(),
    conversationId: idSchema.optional(),
  }),
  z.object({ ...numbered, type: z.literal('conversation.restored'), conversation: conversationSchema }),
  z.object({ ...numbered, type: z.literal('trainee.added'), trainee: traineeSchema }),
  z.object({ ...numbered, type: z.literal('trainee.removed'), traineeId: idSchema }),
  z.object({ ...numbered, type: z.literal('trainee.updated'), trainee: traineeSchema }),
  z.object({ ...numbered, type: z.literal('hidden') }),
]);

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  feedEventSchema.options.map((option) => option.shape.type.value),
);

/** An event of a kind that this version does not know yet: it keeps its number and changes nothing. */
const futureFeedEventSchema = z
  .object({ ...numbered, type: z.string().refine((type) => !KNOWN_TYPES.has(type)) })
  .transform(({ feedSeq }) => ({ feedSeq, type: 'hidden' as const }));

/** How a client reads a feed event; a malformed event of a known kind is an error, never skipped. */
export const receivedFeedEventSchema = z.union([feedEventSchema, futureFeedEventSchema]);
export type FeedEvent = z.infer<typeof feedEventSchema>;

/** How far a client has applied its user's feed. */
export const cursorSchema = z.object({ epoch: uuidSchema, feedSeq: counterSchema });
export type Cursor = z.infer<typeof cursorSchema>;

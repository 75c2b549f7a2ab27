/** Socket.IO events of namespace `/messaging`. Source: docs/protocol.md section 4. */
import { z } from '../schema.ts';
import { counterSchema, idSchema, timeSchema, uuidSchema } from './entities.ts';
import { receivedFeedEventSchema } from './feed.ts';

export const SOCKET_NAMESPACE = '/messaging';

/** Events that the server emits, by name, as a client reads them. */
export const serverEventSchemas = {
  hello: z.object({
    serverId: uuidSchema,
    epoch: uuidSchema,
    feedSeq: counterSchema,
    serverTime: timeSchema,
  }),
  feed: z.object({ epoch: uuidSchema, feedSeq: idSchema, event: receivedFeedEventSchema }),
  head: z.object({ epoch: uuidSchema, feedSeq: counterSchema }),
  typing: z.object({ conversationId: idSchema, userId: idSchema, isTyping: z.boolean() }),
  'session:ended': z.object({ reason: z.string() }),
} as const;
export type ServerEventName = keyof typeof serverEventSchemas;
export type ServerEvents = { [Name in ServerEventName]: z.infer<(typeof serverEventSchemas)[Name]> };

/** Events that the client emits, by name. `conversation:focus` and `auth` are acknowledged. */
export const clientEventSchemas = {
  'conversation:focus': z.object({ conversationId: idSchema.nullable() }),
  typing: z.object({ conversationId: idSchema, isTyping: z.boolean() }),
  auth: z.object({ token: z.string().min(1).max(8_192) }),
} as const;
export type ClientEventName = keyof typeof clientEventSchemas;

/** How the server acknowledges a client event. */
export const ackSchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type Ack = z.infer<typeof ackSchema>;

/** What a refused connection carries as `connect_error.data`. */
export const connectRefusalSchema = z.object({ code: z.string(), message: z.string().optional() });

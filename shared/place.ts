/** Where the person is in the window, so that a page that takes the place of a crashed one can go on from there. */
import { z } from './schema.ts';
import { counterSchema, idSchema } from './wire/entities.ts';

/** The places that the rail leads to, each role to some of them. */
const panelSchema = z.enum(['messages', 'trainees', 'trainers', 'settings']);
export type Panel = z.infer<typeof panelSchema>;

/** Which conversations the list shows. */
const conversationFilterSchema = z.enum(['all', 'unread', 'needsReply']);
export type ConversationFilter = z.infer<typeof conversationFilterSchema>;

/** The main process holds it in memory only, like the window: text in the composer is sent or lost, by the spec. */
export const placeSchema = z.strictObject({
  panel: panelSchema,
  openPeerId: idSchema.nullable(),
  openTraineeId: idSchema.nullable(),
  filter: conversationFilterSchema,
  /** Composer text by person. */
  drafts: z.array(z.strictObject({ peerId: idSchema, text: z.string().max(100_000) })).max(1_000),
  /** The uppermost message in view, unless the reader is at the end. */
  reading: z.strictObject({ peerId: idSchema, seq: counterSchema }).nullable(),
});

/** Parsed {@link placeSchema}. */
export type Place = Readonly<z.infer<typeof placeSchema>>;

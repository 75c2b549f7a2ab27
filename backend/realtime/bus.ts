import { z } from '../../shared/schema.ts';
import { typingChangeSchema } from './typing.ts';

/** What the nodes of one service tell each other. Everything else they know from the database. */
export const nodeMessageSchema = z.discriminatedUnion('kind', [
  /** Events above `after` and up to `upTo` were committed to a user's feed. */
  z.object({
    kind: z.literal('feed'),
    userId: z.int(),
    after: z.int(),
    upTo: z.int(),
  }),
  z.object({ kind: z.literal('typing'), change: typingChangeSchema }),
  /** Sessions may have ended. */
  z.object({ kind: z.literal('sessions') }),
  /** Messages between nodes may have been lost: clients are to be told where their feeds stand. */
  z.object({ kind: z.literal('heads') }),
]);
export type NodeMessage = z.infer<typeof nodeMessageSchema>;

/** The way between nodes: each message reaches every other node, or is made good by a later `heads`. */
export interface NodeBus {
  /** Returns at once and never throws. */
  publish(message: NodeMessage): void;
  /** Resolves when what was published has been handed over or given up. */
  close(): Promise<void>;
}

/** Opens a bus; `deliver` is called with what other nodes published. */
export type OpenNodeBus = (deliver: (message: NodeMessage) => void) => NodeBus;

/** The bus of a node that is alone. */
export const noOtherNodes: OpenNodeBus = () => ({
  publish: () => {},
  close: () => Promise.resolve(),
});

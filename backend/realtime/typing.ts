import { z } from '../../shared/schema.ts';
import type { Clock } from '../operations/clock.ts';

/** Least time between two `isTyping: true` of one person in one conversation. */
const REPEAT_MS = 1_000;
/** Receivers show it for three seconds; then nobody has to be told that it ended. */
const FORGET_MS = 5_000;

/** Somebody began, goes on or stopped typing. */
export const typingChangeSchema = z.object({
  userId: z.int(),
  conversationId: z.int(),
  /** The other participant, who is to be told. */
  peerId: z.int(),
  isTyping: z.boolean(),
});
export type TypingChange = z.infer<typeof typingChangeSchema>;

/** Who is typing where; lives only in memory, on every node the same. */
export interface TypingState {
  /** Notes a change. @returns whether the other participant is to be told */
  change(change: TypingChange): boolean;
  /** Where a person is typing. */
  changesOf(userId: number): readonly TypingChange[];
}

/** An empty state. */
export function createTypingState(clock: Clock): TypingState {
  const byUser = new Map<number, Map<number, { peerId: number; toldAt: number }>>();
  let sweptAt = clock();

  /** The people of a node that was killed never say that they stopped. */
  function forgetOld(now: number): void {
    if (Math.abs(now - sweptAt) < FORGET_MS) return;
    sweptAt = now;
    for (const [userId, own] of byUser) {
      for (const [conversationId, { toldAt }] of own) {
        if (Math.abs(now - toldAt) >= FORGET_MS) own.delete(conversationId);
      }
      if (own.size === 0) byUser.delete(userId);
    }
  }

  return {
    change({ userId, conversationId, peerId, isTyping }) {
      const now = clock();
      forgetOld(now);
      const own = byUser.get(userId) ?? new Map<number, { peerId: number; toldAt: number }>();
      byUser.set(userId, own);
      const last = own.get(conversationId);
      if (!isTyping) {
        own.delete(conversationId);
        if (own.size === 0) byUser.delete(userId);
        return last !== undefined;
      }
      if (last && now - last.toldAt < REPEAT_MS) return false;
      own.set(conversationId, { peerId, toldAt: now });
      return true;
    },
    changesOf: (userId) =>
      [...(byUser.get(userId) ?? [])].map(([conversationId, { peerId }]) => ({
        userId,
        conversationId,
        peerId,
        isTyping: true,
      })),
  };
}

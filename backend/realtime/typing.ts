import type { Clock } from '../operations/clock.ts';

/** Least time between two `isTyping: true` of one person in one conversation. */
const REPEAT_MS = 1_000;

/** Who is typing where; lives only in memory. */
export interface TypingState {
  /** Notes a change. @returns whether the other participant is to be told */
  change(userId: number, conversationId: number, peerId: number, isTyping: boolean): boolean;
  /** Forgets a person. @returns the conversations in which they were typing */
  leave(userId: number): readonly { readonly conversationId: number; readonly peerId: number }[];
}

/** An empty state. */
export function createTypingState(clock: Clock): TypingState {
  const byUser = new Map<number, Map<number, { peerId: number; toldAt: number }>>();
  return {
    change(userId, conversationId, peerId, isTyping) {
      const own = byUser.get(userId) ?? new Map<number, { peerId: number; toldAt: number }>();
      byUser.set(userId, own);
      const last = own.get(conversationId);
      if (!isTyping) {
        own.delete(conversationId);
        return last !== undefined;
      }
      if (last && clock() - last.toldAt < REPEAT_MS) return false;
      own.set(conversationId, { peerId, toldAt: clock() });
      return true;
    },
    leave(userId) {
      const own = byUser.get(userId);
      byUser.delete(userId);
      return [...(own ?? [])].map(([conversationId, { peerId }]) => ({ conversationId, peerId }));
    },
  };
}

import { TYPING_EXPIRY_MS } from '../../shared/limits.ts';
import type { Clock } from '../engine-api.ts';

/** Who is typing to us. Ephemeral: never stored, gone after {@link TYPING_EXPIRY_MS} of silence. */
export interface TypingIndicators {
  set(peerId: number, isTyping: boolean): void;
  /** Nobody can be known to type any more: the connection is gone. */
  clear(): void;
}

/** Creates the indicators; `onChange` is told only when one appears or disappears. */
export function createTypingIndicators(
  clock: Clock,
  onChange: (peerId: number, isTyping: boolean) => void,
): TypingIndicators {
  const cancels = new Map<number, () => void>();

  function hide(peerId: number): void {
    const cancel = cancels.get(peerId);
    if (!cancel) return;
    cancel();
    cancels.delete(peerId);
    onChange(peerId, false);
  }

  return {
    set: (peerId, isTyping) => {
      if (!isTyping) {
        hide(peerId);
        return;
      }
      const cancel = cancels.get(peerId);
      cancel?.();
      cancels.set(
        peerId,
        clock.after(TYPING_EXPIRY_MS, () => hide(peerId)),
      );
      if (!cancel) onChange(peerId, true);
    },
    clear: () => {
      for (const peerId of cancels.keys()) hide(peerId);
    },
  };
}

const SHORTEST_GAP_MS = 1_000;

/**
 * Lets at most one `typing: true` per second and conversation through; `false` always passes if the
 * other side was told `true` before.
 */
export function createTypingThrottle(clock: Clock): (conversationId: number, isTyping: boolean) => boolean {
  const toldAt = new Map<number, number>();
  return (conversationId, isTyping) => {
    if (!isTyping) return toldAt.delete(conversationId);
    const now = clock.monotonic();
    const last = toldAt.get(conversationId);
    if (last !== undefined && now - last < SHORTEST_GAP_MS) return false;
    toldAt.set(conversationId, now);
    return true;
  };
}

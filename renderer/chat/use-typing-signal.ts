import { useCallback, useEffect, useRef } from 'react';
import { TYPING_REPEAT_MS } from '../../shared/limits.ts';
import { setTyping } from '../data/commands.ts';

/** How the composer says that somebody types. */
export interface TypingSignal {
  /** A keystroke left text behind. */
  readonly typed: () => void;
  /** The text was sent or cleared, or the composer left. */
  readonly stopped: () => void;
}

/** Tells the other person on the first keystroke, again every two seconds of typing, and when it stops. */
export function useTypingSignal(peerId: number): TypingSignal {
  const toldAt = useRef<number | null>(null);

  const typed = useCallback(() => {
    const now = performance.now();
    if (toldAt.current !== null && now - toldAt.current < TYPING_REPEAT_MS) return;
    toldAt.current = now;
    setTyping(peerId, true);
  }, [peerId]);

  const stopped = useCallback(() => {
    if (toldAt.current === null) return;
    toldAt.current = null;
    setTyping(peerId, false);
  }, [peerId]);

  useEffect(() => stopped, [stopped]);
  return { typed, stopped };
}

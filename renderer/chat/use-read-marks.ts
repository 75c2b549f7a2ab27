import { useCallback, useEffect, useRef, type RefObject } from 'react';
import { markRead } from '../data/commands.ts';
import { look, type Sightings } from './read-sightings.ts';

function isWatched(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** `seq` of each inbound message above `readSeq` that is at least half in view, or fills half of the view. */
function seqsInView(scroller: HTMLElement, readSeq: number): readonly number[] {
  const view = scroller.getBoundingClientRect();
  const found: number[] = [];
  for (const item of scroller.querySelectorAll<HTMLElement>('[data-inbound-seq]')) {
    const seq = Number(item.dataset['inboundSeq']);
    if (seq <= readSeq) continue;
    const box = item.getBoundingClientRect();
    const shown = Math.min(box.bottom, view.bottom) - Math.max(box.top, view.top);
    if (shown > 0 && shown >= Math.min(box.height, view.height) / 2) found.push(seq);
  }
  return found;
}

/**
 * Raises the read mark for messages that were really seen: window visible and focused, half in view, for half a second.
 * @returns a function to call whenever what is in view may have changed.
 */
export function useReadMarks(
  peerId: number,
  readSeq: number,
  scroller: RefObject<HTMLElement | null>,
): () => void {
  const sightings = useRef<Sightings>(new Map());
  const marked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const lookNow = useCallback(
    function lookNow(): void {
      clearTimeout(timer.current);
      const element = scroller.current;
      if (element === null) return;
      const known = Math.max(readSeq, marked.current);
      const inView = isWatched() ? seqsInView(element, known) : [];
      const { sightings: next, readUpTo, nextLookMs } = look(sightings.current, inView, performance.now());
      sightings.current = next;
      if (readUpTo !== null) {
        marked.current = readUpTo;
        markRead(peerId, readUpTo);
      }
      if (nextLookMs !== null) timer.current = setTimeout(lookNow, nextLookMs);
    },
    [peerId, readSeq, scroller],
  );

  useEffect(() => {
    lookNow();
    window.addEventListener('focus', lookNow);
    window.addEventListener('blur', lookNow);
    document.addEventListener('visibilitychange', lookNow);
    return () => {
      clearTimeout(timer.current);
      window.removeEventListener('focus', lookNow);
      window.removeEventListener('blur', lookNow);
      document.removeEventListener('visibilitychange', lookNow);
    };
  }, [lookNow]);

  return lookNow;
}

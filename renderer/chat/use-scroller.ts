import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { resumedSeq, useUi, type ThreadPlace } from '../ui-state.ts';
import type { ThreadRow } from './thread.ts';
import type { Thread } from './use-thread.ts';

/** Nearer to the end than this, in pixels, the reader follows new messages. */
const END_THRESHOLD = 80;
/** More messages are loaded this many views before the reader reaches the edge of what is loaded. */
const PREFETCH_VIEWS = 3;
/** Space above the first row, in pixels. */
const PADDING_START = 16;

function estimateHeight(row: ThreadRow | undefined): number {
  if (row?.kind !== 'message') return 44;
  const lines = Math.ceil(row.message.content.length / 60);
  return 16 + lines * 20 + (row.endsGroup ? 32 : 2);
}

/** The scroll position of a place that a reader left; null when its row is not among these. */
function offsetOf(place: ThreadPlace | undefined, rows: readonly ThreadRow[]): number | null {
  if (place === undefined) return null;
  const sizes = new Map(place.sizes.map(({ key, size }) => [key, size]));
  let start = PADDING_START;
  for (const row of rows) {
    if (row.key === place.key) return start + place.offset;
    start += sizes.get(row.key) ?? estimateHeight(row);
  }
  return null;
}

/** Where the view stands in what is loaded. */
interface Edges {
  /** The newest message is in view, or as good as. */
  readonly isAtEnd: boolean;
  readonly isNearTop: boolean;
  readonly isNearBottom: boolean;
  /** There is more than fits into the view. */
  readonly isFilled: boolean;
}

function areSame(a: Edges, b: Edges): boolean {
  return (
    a.isAtEnd === b.isAtEnd &&
    a.isNearTop === b.isNearTop &&
    a.isNearBottom === b.isNearBottom &&
    a.isFilled === b.isFilled
  );
}

/** Pixels below the view. */
function restBelow(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

/**
 * Whether the opening position has been reached: heights become known while rows are drawn, and
 * older messages arriving in between would move the row that was aimed at.
 */
function useSettled(scroller: RefObject<HTMLElement | null>): boolean {
  const [isSettled, setIsSettled] = useState(false);
  useEffect(() => {
    let stillFrames = 0;
    let lastTop = Number.NaN;
    let frame = requestAnimationFrame(function check() {
      const top = scroller.current?.scrollTop ?? 0;
      stillFrames = top === lastTop ? stillFrames + 1 : 0;
      lastTop = top;
      if (stillFrames < 2) frame = requestAnimationFrame(check);
      else setIsSettled(true);
    });
    return () => cancelAnimationFrame(frame);
  }, [scroller]);
  return isSettled;
}

/** Number of the first message that the server has, from this row on. */
function seqFrom(rows: readonly ThreadRow[], index: number): number | null {
  const row = rows.find((each, at) => at >= index && each.kind === 'message' && each.message.seq !== null);
  return row?.kind === 'message' ? row.message.seq : null;
}

interface ScrollerProps {
  readonly peerId: number;
  readonly thread: Thread;
  readonly rows: readonly ThreadRow[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** What is in view may have changed. */
  readonly onLook: (isAtEnd: boolean) => void;
}

/** The view of a thread's rows: which are drawn, where the reader is, and that nothing moves without them. */
export function useScroller({ peerId, thread, rows, scroller, onLook }: ScrollerProps) {
  const { hasNewer, hasOlder, loadNewer, loadOlder, showNewest } = thread;
  /** The reader is at the end and stays there; only scrolling changes that, not growing or shrinking. */
  const followsEnd = useRef(true);
  const [edges, setEdges] = useState<Edges>({
    isAtEnd: true,
    isNearTop: false,
    isNearBottom: false,
    isFilled: true,
  });
  const [hasScrolled, setHasScrolled] = useState(false);
  const isSettled = useSettled(scroller);
  // Opens where a page that crashed stood, else at the first unread message, else where the reader was, else at the
  // end; what happens later counts no more.
  const [opening] = useState(() => {
    const resumedAt = resumedSeq(peerId);
    const resumed = rows.findIndex((row) => row.kind === 'message' && row.message.seq === resumedAt);
    const firstNew = rows.findIndex((row) => row.kind === 'new');
    const index = resumedAt !== null && resumed !== -1 ? resumed : firstNew;
    const place = useUi.getState().places[peerId];
    return { index, sizes: place?.sizes ?? [], offset: index === -1 ? offsetOf(place, rows) : null };
  });

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows[index]),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    initialMeasurementsCache: [...opening.sizes],
    initialOffset: opening.offset ?? 0,
    overscan: 20,
    paddingStart: PADDING_START,
    anchorTo: 'end',
    // The end of what is loaded is not always the end of the thread.
    followOnAppend: !hasNewer,
    scrollEndThreshold: hasNewer ? -1 : END_THRESHOLD,
  });
  /** Pixels scrolled upward since the last painted frame. */
  const scrolledUp = useRef(0);
  // What begins above the view grows upward, what begins in view grows downward: messages that begin in view stay
  // where they are. One that fills the view and more keeps its beginning. The view is that of the last painted frame:
  // rows that scrolling has just brought in get their heights in this one, and nobody has seen them yet.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, { scrollOffset, scrollRect }) => {
    const top = (scrollOffset ?? 0) + scrolledUp.current;
    return item.start + 1 < top && item.end <= top + (scrollRect?.height ?? 0);
  };

  const isNearEnd = useCallback(
    (element: HTMLElement) => !hasNewer && restBelow(element) <= END_THRESHOLD,
    [hasNewer],
  );
  const takeStock = useCallback((): void => {
    const element = scroller.current;
    if (element === null) return;
    const ahead = element.clientHeight * PREFETCH_VIEWS;
    const next: Edges = {
      isAtEnd: isNearEnd(element),
      isNearTop: element.scrollTop < ahead,
      isNearBottom: restBelow(element) < ahead,
      isFilled: element.scrollHeight > element.clientHeight,
    };
    setEdges((known) => (areSame(known, next) ? known : next));
    const first = next.isAtEnd ? undefined : virtualizer.getVirtualItemForOffset(element.scrollTop);
    const seq = first && seqFrom(rows, first.index);
    useUi.getState().setReading(seq ? { peerId, seq } : null);
    onLook(next.isAtEnd);
  }, [isNearEnd, onLook, peerId, rows, scroller, virtualizer]);

  useLayoutEffect(() => {
    if (resumedSeq(peerId) !== null) useUi.setState({ resumeAt: null });
    if (opening.index !== -1) virtualizer.scrollToIndex(opening.index, { align: 'start' });
    else if (opening.offset === null) virtualizer.scrollToEnd();
    const element = scroller.current;
    followsEnd.current = element !== null && isNearEnd(element);
    return () => {
      const top = element?.scrollTop ?? 0;
      const first = followsEnd.current ? undefined : virtualizer.getVirtualItemForOffset(top);
      useUi
        .getState()
        .keepPlace(
          peerId,
          first && { key: String(first.key), offset: top - first.start, sizes: virtualizer.takeSnapshot() },
        );
    };
    // Only when the thread is opened: later the reader decides.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  /** The end was asked for while it was not loaded. */
  const wantsEnd = useRef(false);
  useLayoutEffect(() => {
    if (hasNewer || !wantsEnd.current) return;
    wantsEnd.current = false;
    followsEnd.current = true;
    virtualizer.scrollToEnd();
  }, [hasNewer, virtualizer]);
  const toNewest = useCallback((): void => {
    wantsEnd.current = hasNewer;
    if (hasNewer) showNewest();
    else virtualizer.scrollToEnd();
  }, [hasNewer, showNewest, virtualizer]);

  useEffect(takeStock, [rows, takeStock]);
  useEffect(() => {
    if (!isSettled) return;
    if (hasOlder && edges.isNearTop && (hasScrolled || !edges.isFilled)) loadOlder();
    else if (hasNewer && edges.isNearBottom) loadNewer();
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let { top } = element.getBoundingClientRect();
    const observer = new ResizeObserver(() => {
      const moved = element.getBoundingClientRect().top - top;
      top += moved;
      if (followsEnd.current) virtualizer.scrollToEnd();
      // A banner that comes or goes above moves the view over the messages, not the messages.
      else if (moved !== 0) virtualizer.scrollBy(moved);
      takeStock();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, takeStock, virtualizer]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    scrolledUp.current += Math.max(0, (virtualizer.scrollOffset ?? 0) - element.scrollTop);
    // Painting follows in the same task.
    setTimeout(() => (scrolledUp.current = 0));
    followsEnd.current = isNearEnd(element);
    if (isSettled) setHasScrolled(true);
    takeStock();
  };
  return { virtualizer, edges, onScroll, toNewest };
}

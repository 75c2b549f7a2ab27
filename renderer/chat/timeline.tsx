import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { dayKey, dayLabel } from '../time/labels.ts';
import { useNow, type Now } from '../time/use-now.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';
import { MessageRow } from './message-row.tsx';
import { inboundAfter, layOutRows, type ThreadMessage, type ThreadRow } from './thread.ts';
import { useReadMarks } from './use-read-marks.ts';
import type { Thread } from './use-thread.ts';

/** Nearer to the end than this, in pixels, the reader follows new messages. */
const END_THRESHOLD = 80;
/** Older messages are loaded this many views before the reader reaches the top. */
const PREFETCH_VIEWS = 1.5;

function estimateHeight(row: ThreadRow | undefined): number {
  if (row?.kind !== 'message') return 44;
  const lines = Math.ceil(row.message.content.length / 60);
  return 16 + lines * 20 + (row.endsGroup ? 32 : 2);
}

/** Where the view stands in what is loaded. */
interface Edges {
  readonly isAtEnd: boolean;
  readonly isNearTop: boolean;
  /** There is more than fits into the view. */
  readonly isFilled: boolean;
}

function areSame(a: Edges, b: Edges): boolean {
  return a.isAtEnd === b.isAtEnd && a.isNearTop === b.isNearTop && a.isFilled === b.isFilled;
}

function isNearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight <= END_THRESHOLD;
}

function newestSeq(messages: readonly ThreadMessage[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq ?? 0), 0);
}

function Row({ row, now }: { readonly row: ThreadRow; readonly now: Now }) {
  const { say } = useWords();
  switch (row.kind) {
    case 'day':
      return (
        <p className="py-3 text-center text-sm font-medium text-faint">
          <time dateTime={dayKey(row.atMs, now.place)}>{dayLabel(now.nowMs, row.atMs, now.place)}</time>
        </p>
      );
    case 'new':
      return (
        <p className="flex items-center gap-3 pt-2 pb-4 text-sm font-medium text-danger before:h-px before:grow before:bg-danger/40 after:h-px after:grow after:bg-danger/40">
          {say('chat.newLine')}
        </p>
      );
    case 'message':
      return (
        <MessageRow message={row.message} startsGroup={row.startsGroup} endsGroup={row.endsGroup} now={now} />
      );
  }
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

interface TimelineProps {
  readonly peerId: number;
  readonly peerName: string;
  readonly thread: Thread;
  readonly messages: readonly ThreadMessage[];
  readonly newAfterSeq: number | null;
  /** An own message has been added. */
  readonly onOwnMessage: () => void;
}

/** The messages of a thread, drawn as far as they are in view; mounted once they are loaded. */
export function Timeline({ peerId, peerName, thread, messages, newAfterSeq, onOwnMessage }: TimelineProps) {
  const { say } = useWords();
  const now = useNow();
  const { place } = now;
  const { hasOlder, isLoadingOlder, loadOlder, problem, readSeq, retry } = thread;
  const rows = useMemo(
    () => layOutRows(messages, { place, isComplete: !hasOlder, newAfterSeq }),
    [hasOlder, messages, newAfterSeq, place],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const lookForRead = useReadMarks(peerId, readSeq, scroller);
  /** The reader is at the end and stays there; only scrolling changes that, not growing or shrinking. */
  const followsEnd = useRef(true);
  const [edges, setEdges] = useState<Edges>({ isAtEnd: true, isNearTop: false, isFilled: true });
  const [hasScrolled, setHasScrolled] = useState(false);
  const [seenSeq, setSeenSeq] = useState(() => newestSeq(messages));
  const isSettled = useSettled(scroller);

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows[index]),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 20,
    paddingStart: 16,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
  });
  // What begins above the view grows upward, what begins in view grows downward: messages that begin in view stay
  // where they are. One that fills the view and more keeps its beginning.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, { scrollOffset, scrollRect }) =>
    item.start < (scrollOffset ?? 0) && item.end <= (scrollOffset ?? 0) + (scrollRect?.height ?? 0);

  const newest = newestSeq(messages);
  const takeStock = useCallback((): void => {
    const element = scroller.current;
    if (element === null) return;
    const next: Edges = {
      isAtEnd: isNearEnd(element),
      isNearTop: element.scrollTop < element.clientHeight * PREFETCH_VIEWS,
      isFilled: element.scrollHeight > element.clientHeight,
    };
    setEdges((known) => (areSame(known, next) ? known : next));
    if (next.isAtEnd) setSeenSeq(newest);
    lookForRead();
  }, [lookForRead, newest]);

  // Open at the first unread message, else at the end.
  useLayoutEffect(() => {
    const firstNew = rows.findIndex((row) => row.kind === 'new');
    if (firstNew >= 0) virtualizer.scrollToIndex(firstNew, { align: 'start' });
    else virtualizer.scrollToEnd();
    followsEnd.current = scroller.current !== null && isNearEnd(scroller.current);
    // Only when the thread is opened: later the reader decides.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  // An own message is always shown, wherever the reader was.
  const last = messages.at(-1);
  const ownNewest = last?.seq === null ? last.clientMessageId : null;
  const shownOwn = useRef(ownNewest);
  useLayoutEffect(() => {
    if (ownNewest === null || ownNewest === shownOwn.current) return;
    shownOwn.current = ownNewest;
    onOwnMessage();
    virtualizer.scrollToEnd();
  }, [onOwnMessage, ownNewest, virtualizer]);

  useEffect(takeStock, [rows, takeStock]);
  useEffect(() => {
    if (isSettled && edges.isNearTop && (hasScrolled || !edges.isFilled)) loadOlder();
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
  }, [takeStock, virtualizer]);

  const newCount = inboundAfter(messages, seenSeq).length;
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={say('chat.log', { name: peerName })}
        // A region that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={(event) => {
          followsEnd.current = isNearEnd(event.currentTarget);
          if (isSettled) setHasScrolled(true);
          takeStock();
        }}
        className="h-full overflow-x-hidden overflow-y-auto -outline-offset-2 holds-place"
      >
        <div className="flex min-h-full flex-col justify-end">
          <div role="list" className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index];
              return row === undefined ? null : (
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  className="absolute inset-x-0 top-0 px-4"
                >
                  <Row row={row} now={now} />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {isLoadingOlder ? (
        <p className="pointer-events-none absolute inset-x-0 top-2 mx-auto w-fit animate-late rounded-full border border-line bg-raised px-3 py-1 text-sm text-faint">
          {say('chat.loadingOlder')}
        </p>
      ) : null}
      {problem !== null && edges.isNearTop && !isLoadingOlder ? (
        <div
          role="alert"
          className="absolute inset-x-4 top-2 mx-auto flex w-fit items-center gap-3 rounded-xl border border-line bg-raised py-1 pr-1 pl-3 text-sm text-soft"
        >
          {say('chat.olderFailed')}
          <Button onClick={retry}>{say('common.retry')}</Button>
        </div>
      ) : null}
      {edges.isAtEnd ? null : (
        <button
          type="button"
          onClick={() => virtualizer.scrollToEnd()}
          aria-label={newCount === 0 ? say('chat.toNewest') : undefined}
          className="absolute inset-x-0 bottom-3 mx-auto flex h-8 w-fit items-center gap-2 rounded-full border border-line bg-raised px-3 text-sm font-medium text-accent-ink shadow-md hover:bg-hover"
        >
          {newCount === 0 ? null : say('chat.newCount', { count: newCount })}
          <ArrowDown aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}

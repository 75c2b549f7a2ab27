import { ArrowDown } from 'lucide-react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { dayKey, dayLabel } from '../time/labels.ts';
import { useNow, type Now } from '../time/use-now.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';
import { MessageRow } from './message-row.tsx';
import { inboundAfter, layOutRows, newestSeq, type ThreadMessage, type ThreadRow } from './thread.ts';
import { useReadMarks } from './use-read-marks.ts';
import { useScroller } from './use-scroller.ts';
import type { Thread } from './use-thread.ts';

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
        <p className="flex items-center gap-3 pt-2 pb-4 text-sm font-medium text-danger before:grow before:border-t before:border-danger/40 after:grow after:border-t after:border-danger/40">
          {say('chat.newLine')}
        </p>
      );
    case 'message':
      return (
        <MessageRow message={row.message} startsGroup={row.startsGroup} endsGroup={row.endsGroup} now={now} />
      );
  }
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
  const { hasOlder, isLoadingOlder, known, problem, readSeq, retry } = thread;
  const rows = useMemo(
    () => layOutRows(messages, { place, isComplete: !hasOlder, newAfterSeq }),
    [hasOlder, messages, newAfterSeq, place],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const lookForRead = useReadMarks(peerId, readSeq, scroller);
  const newest = newestSeq(known);
  const [seenSeq, setSeenSeq] = useState(() => Math.max(thread.lastSeq, newest));
  const onLook = useCallback(
    (isAtEnd: boolean): void => {
      if (isAtEnd) setSeenSeq(newest);
      lookForRead();
    },
    [lookForRead, newest],
  );
  const { virtualizer, edges, onScroll, toNewest } = useScroller({ peerId, thread, rows, scroller, onLook });

  // An own message is always shown, wherever the reader was.
  const last = known.at(-1);
  const ownNewest = last?.seq === null ? last.clientMessageId : null;
  const shownOwn = useRef(ownNewest);
  useLayoutEffect(() => {
    if (ownNewest === null || ownNewest === shownOwn.current) return;
    shownOwn.current = ownNewest;
    onOwnMessage();
    toNewest();
  }, [onOwnMessage, ownNewest, toNewest]);

  const newCount = inboundAfter(known, seenSeq).length;
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
        onScroll={onScroll}
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
          onClick={toNewest}
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

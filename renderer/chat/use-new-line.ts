import { useCallback, useEffect, useRef, useState } from 'react';
import { MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import { inboundAfter, newestSeq } from './thread.ts';
import type { Thread } from './use-thread.ts';

interface NewLine {
  /** The "New messages" line stands before the first inbound message above this; null for none. */
  readonly newAfterSeq: number | null;
  /** The first unread message is loaded, and what fills a view below it: the thread can be shown. */
  readonly isReady: boolean;
  readonly remove: () => void;
}

/**
 * Where the "New messages" line stands: fixed when the thread is opened, and placed anew only for
 * what arrives while the person is away from a thread that they had read to its end.
 */
export function useNewLine(thread: Thread): NewLine {
  const [newAfterSeq, setNewAfterSeq] = useState(() => (thread.unreadCount > 0 ? thread.readSeq : null));
  const [isOpening, setIsOpening] = useState(true);
  const latest = useRef(thread);
  useEffect(() => {
    latest.current = thread;
  });

  const { messages = [], hasOlder, hasNewer, problem, loadNewer, showFirstAfter } = thread;
  const [oldest, newest] = [messages[0]?.seq ?? 0, newestSeq(messages)];
  // Opened before, the thread is still loaded where the reader was then.
  const isFirstUnreadMissing = newAfterSeq !== null && problem === null && hasOlder && oldest > newAfterSeq;
  const isTooShort =
    newAfterSeq !== null && problem === null && hasNewer && newest < newAfterSeq + MESSAGE_PAGE_SIZE;
  const isLoaded = thread.messages !== undefined;
  const isReady = !isOpening || (isLoaded && !isFirstUnreadMissing && !isTooShort);
  const missingAfter = isOpening && isLoaded && isFirstUnreadMissing ? newAfterSeq : null;
  useEffect(() => {
    if (missingAfter === null) return;
    void showFirstAfter(missingAfter).then((isShown) => {
      if (!isShown) setIsOpening(false);
    });
  }, [missingAfter, showFirstAfter]);
  const shouldLoadNewer = isOpening && isLoaded && !isFirstUnreadMissing && isTooShort;
  useEffect(() => {
    if (shouldLoadNewer) loadNewer();
  });
  if (isOpening && isReady) setIsOpening(false);

  useEffect(() => {
    const leave = (): void => {
      const { known, unreadCount } = latest.current;
      if (unreadCount === 0) setNewAfterSeq(newestSeq(known));
    };
    const come = (): void => {
      const { known } = latest.current;
      setNewAfterSeq((seq) => (seq !== null && inboundAfter(known, seq).length === 0 ? null : seq));
    };
    window.addEventListener('blur', leave);
    window.addEventListener('focus', come);
    return () => {
      window.removeEventListener('blur', leave);
      window.removeEventListener('focus', come);
    };
  }, []);

  return { newAfterSeq, isReady, remove: useCallback(() => setNewAfterSeq(null), []) };
}

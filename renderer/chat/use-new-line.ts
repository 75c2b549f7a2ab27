import { useCallback, useEffect, useRef, useState } from 'react';
import { inboundAfter, type ThreadMessage } from './thread.ts';
import type { Thread } from './use-thread.ts';

/** Unread history that is fetched to open a thread at its first unread message, in pages. */
const MOST_PAGES_AT_OPENING = 25;
const PAGE = 20;

function oldestSeq(messages: readonly ThreadMessage[]): number {
  return messages[0]?.seq ?? 0;
}

function newestSeq(messages: readonly ThreadMessage[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq ?? 0), 0);
}

interface NewLine {
  /** The "New messages" line stands before the first inbound message above this; null for none. */
  readonly newAfterSeq: number | null;
  /** The first unread message is loaded (or too far away to wait for): the thread can be shown. */
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

  const { messages = [], hasOlder, isLoadingOlder, problem, loadOlder } = thread;
  const isFirstUnreadMissing =
    newAfterSeq !== null &&
    hasOlder &&
    problem === null &&
    oldestSeq(messages) > newAfterSeq &&
    messages.length < MOST_PAGES_AT_OPENING * PAGE;
  const shouldLoad = isOpening && thread.messages !== undefined && isFirstUnreadMissing && !isLoadingOlder;
  const isReady = !isOpening || (thread.messages !== undefined && !isFirstUnreadMissing);
  useEffect(() => {
    if (shouldLoad) loadOlder();
  });
  if (isOpening && isReady) setIsOpening(false);

  useEffect(() => {
    const leave = (): void => {
      const { messages: known = [], unreadCount } = latest.current;
      if (unreadCount === 0) setNewAfterSeq(newestSeq(known));
    };
    const come = (): void => {
      const { messages: known = [] } = latest.current;
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

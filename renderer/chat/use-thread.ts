import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { firstUnreadPage, NEWEST, useHistory } from '../data/history.ts';
import { useAppView, useArrivals, useConversation, useOutbox } from '../data/queries.ts';
import { mergeThread, upTo, type ThreadMessage } from './thread.ts';
import { resumedSeq } from '../ui-state.ts';

/** A thread as the chat needs it. */
export interface Thread {
  /** The part of the thread that is loaded, without a hole. Undefined before the first answer. */
  readonly messages: readonly ThreadMessage[] | undefined;
  /** All that is known here: `messages`, and what came or was written below them while they do not reach the end. */
  readonly known: readonly ThreadMessage[];
  /** How far this person has read; 0 without a conversation. */
  readonly readSeq: number;
  /** Number of the newest message; 0 without a conversation. */
  readonly lastSeq: number;
  readonly unreadCount: number;
  /** Older messages exist. */
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Newer messages than the loaded ones exist: `messages` do not reach the end of the thread. */
  readonly hasNewer: boolean;
  /** Why the page that was read last is not complete, if so. */
  readonly problem: ClientError | null;
  readonly loadOlder: () => void;
  readonly loadNewer: () => void;
  /** Loads the end of the thread instead of what is loaded. */
  readonly showNewest: () => void;
  /**
   * Loads the first message above this `seq`, with a little of what is before it, instead of what is loaded.
   * @returns whether it could be loaded.
   */
  readonly showFirstAfter: (seq: number) => Promise<boolean>;
  /** Reads again what failed. */
  readonly retry: () => void;
}

/** Everything that the thread with this person shows: cache and outbox as one. */
export function useThread(peerId: number): Thread {
  const view = useAppView();
  const conversation = useConversation(peerId);
  const [start] = useState(() => {
    const resumeSeq = resumedSeq(peerId);
    if (conversation === undefined) return NEWEST;
    if (resumeSeq !== null) return firstUnreadPage(resumeSeq - 1, conversation.lastSeq);
    return conversation.unreadCount === 0
      ? NEWEST
      : firstUnreadPage(conversation.readSeq, conversation.lastSeq);
  });
  const { query, showPage } = useHistory(peerId, start);
  const arrivals = useArrivals(peerId);
  const outbox = useOutbox(peerId);
  const { data, error, fetchNextPage, fetchPreviousPage, isFetching, refetch } = query;
  const hasOlder = query.hasNextPage;
  const hasNewer = query.hasPreviousPage;

  const myId = view?.session?.user.id ?? 0;
  const serverTimeOffsetMs = view?.connection.serverTimeOffsetMs ?? 0;
  const lastSeq = conversation?.lastSeq ?? 0;
  const peerReadSeq = conversation?.peerReadSeq ?? 0;
  const known = useMemo(
    () =>
      data === undefined || outbox === undefined
        ? undefined
        : mergeThread({
            pages: data.pages,
            arrivals: arrivals ?? [],
            outbox,
            myId,
            peerReadSeq,
            serverTimeOffsetMs,
          }),
    [arrivals, data, myId, outbox, peerReadSeq, serverTimeOffsetMs],
  );
  const upToSeq = hasNewer ? (data?.pages[0]?.items.at(-1)?.seq ?? 0) : null;
  const messages = useMemo(
    () => (known === undefined || upToSeq === null ? known : upTo(known, upToSeq)),
    [known, upToSeq],
  );

  const problem = error?.detail ?? data?.pages.at(-1)?.error ?? null;
  const retry = (): void => {
    const isFirstPage = data === undefined || data.pages.length === 1;
    void (isFirstPage || hasNewer ? refetch() : fetchNextPage());
  };

  // Without the page at which the thread was to open, show what there is.
  const isNothing = data?.pages.length === 1 && data.pages[0]?.items.length === 0 && hasNewer;
  useEffect(() => {
    if (isNothing) void showPage(NEWEST);
  }, [isNothing, showPage]);

  // What could not be loaded without a connection is loaded when there is one again.
  const isConnected = view?.connection.phase === 'live' || view?.connection.phase === 'polling';
  const shouldRetry = isConnected && problem !== null;
  useEffect(() => {
    if (shouldRetry) void refetch();
  }, [refetch, shouldRetry]);

  const isIdle = !isFetching && problem === null;
  return {
    messages,
    known: known ?? [],
    readSeq: conversation?.readSeq ?? 0,
    lastSeq,
    unreadCount: conversation?.unreadCount ?? 0,
    hasOlder,
    isLoadingOlder: query.isFetchingNextPage,
    hasNewer,
    problem,
    loadOlder: () => {
      if (hasOlder && isIdle) void fetchNextPage();
    },
    loadNewer: () => {
      if (hasNewer && isIdle) void fetchPreviousPage();
    },
    showNewest: useCallback(() => void showPage(NEWEST), [showPage]),
    showFirstAfter: useCallback(
      (seq: number) => showPage(firstUnreadPage(seq, lastSeq)),
      [lastSeq, showPage],
    ),
    retry,
  };
}

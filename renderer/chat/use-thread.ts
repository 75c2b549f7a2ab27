import { useEffect, useMemo } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { useAppView, useArrivals, useConversation, useHistory, useOutbox } from '../data/queries.ts';
import { mergeThread, type ThreadMessage } from './thread.ts';

/** A thread as the chat needs it. */
export interface Thread {
  /** Undefined before the first answer. */
  readonly messages: readonly ThreadMessage[] | undefined;
  /** How far this person has read; 0 without a conversation. */
  readonly readSeq: number;
  readonly unreadCount: number;
  /** Older messages exist. */
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Why the newest read page is not complete, if so. */
  readonly problem: ClientError | null;
  readonly loadOlder: () => void;
  /** Reads again what failed. */
  readonly retry: () => void;
}

/** Everything that the thread with this person shows: cache and outbox as one. */
export function useThread(peerId: number): Thread {
  const view = useAppView();
  const conversation = useConversation(peerId);
  const history = useHistory(peerId);
  const arrivals = useArrivals(peerId);
  const outbox = useOutbox(peerId);
  const { data, error, fetchNextPage, hasNextPage, isFetching, isFetchingNextPage, refetch } = history;

  const myId = view?.session?.user.id ?? 0;
  const serverTimeOffsetMs = view?.connection.serverTimeOffsetMs ?? 0;
  const peerReadSeq = conversation?.peerReadSeq ?? 0;
  const messages = useMemo(
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

  const problem = error?.detail ?? data?.pages.at(-1)?.error ?? null;
  const hasOlder = hasNextPage;
  const retry = (): void => {
    const isFirstPage = data === undefined || data.pages.length === 1;
    void (isFirstPage ? refetch() : fetchNextPage());
  };

  // What could not be loaded without a connection is loaded when there is one again.
  const isConnected = view?.connection.phase === 'live' || view?.connection.phase === 'polling';
  const shouldRetry = isConnected && problem !== null;
  useEffect(() => {
    if (shouldRetry) void refetch();
  }, [refetch, shouldRetry]);

  return {
    messages,
    readSeq: conversation?.readSeq ?? 0,
    unreadCount: conversation?.unreadCount ?? 0,
    hasOlder,
    isLoadingOlder: isFetchingNextPage,
    problem,
    loadOlder: () => {
      if (hasOlder && !isFetching && problem === null) void fetchNextPage();
    },
    retry,
  };
}

/** A thread's history as a window of pages that moves with the reader: what is far from the view is let go of. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import type { ConversationView, MessagePage } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { keys } from './keys.ts';
import { read, ReadError } from './queries.ts';

/** Pages that are kept; the reader of more scrolls on, and what was left behind is read from disk again. */
const WINDOW_PAGES = 30;

/** Messages above the first unread one on the page at which a thread is opened. */
const CONTEXT_MESSAGES = 4;

/** Where in a thread a page lies. */
export interface PagePosition {
  /** The page ends just below this `seq`; null for the newest page. */
  readonly beforeSeq: number | null;
  /** It continues loaded pages downward. Half of it would leave a hole, so it is read whole or not at all. */
  readonly isContinuing: boolean;
}

/** The newest page. */
export const NEWEST: PagePosition = { beforeSeq: null, isContinuing: false };

/** The pages in the window: newest page first, each ascending. */
type History = InfiniteData<MessagePage, PagePosition>;

/** The page that shows the first message above `readSeq` with a little of what is before it. */
export function firstUnreadPage(readSeq: number, lastSeq: number): PagePosition {
  const beforeSeq = readSeq + 1 + MESSAGE_PAGE_SIZE - CONTEXT_MESSAGES;
  return beforeSeq > lastSeq ? NEWEST : { beforeSeq, isContinuing: false };
}

function olderThan(page: MessagePage, { beforeSeq }: PagePosition): PagePosition | undefined {
  if (!page.hasMore) return undefined;
  return { beforeSeq: page.items[0]?.seq ?? beforeSeq, isContinuing: false };
}

function newerThan(
  client: QueryClient,
  peerId: number,
  page: MessagePage,
  { beforeSeq }: PagePosition,
): PagePosition | undefined {
  if (beforeSeq === null) return undefined;
  const rows = client.getQueryData<readonly ConversationView[]>(keys.conversations);
  const lastSeq = rows?.find((row) => row.peerId === peerId)?.lastSeq ?? 0;
  // Numbers of a thread have no gaps.
  const next = (page.items.at(-1)?.seq ?? beforeSeq - 1) + 1 + MESSAGE_PAGE_SIZE;
  return next > lastSeq ? { ...NEWEST, isContinuing: true } : { beforeSeq: next, isContinuing: true };
}

/**
 * A thread's history, read in pages in both directions.
 * @param start the page that is read first; counts when nothing is loaded yet.
 */
export function useHistory(peerId: number, start: PagePosition) {
  const client = useQueryClient();
  const query = useInfiniteQuery<MessagePage, ReadError, History, readonly (string | number)[], PagePosition>(
    {
      queryKey: keys.messages(peerId),
      queryFn: async ({ pageParam: { beforeSeq, isContinuing } }) => {
        // From this moment on arrivals are kept: the page being read may not hold them.
        client.setQueryData<readonly Message[]>(keys.arrivals(peerId), (known) => known ?? []);
        const page = await read('messages.page', { peerId, beforeSeq });
        if (isContinuing && page.error !== null) throw new ReadError(page.error);
        return page;
      },
      initialPageParam: start,
      getNextPageParam: (page, _pages, position) => olderThan(page, position),
      getPreviousPageParam: (page, _pages, position) => newerThan(client, peerId, page, position),
      maxPages: WINDOW_PAGES,
    },
  );

  /** Moves the window to another page; leaves it where it is, and answers false, when there is nothing to show. */
  const showPage = useCallback(
    async (position: PagePosition): Promise<boolean> => {
      const queryKey = keys.messages(peerId);
      const page = await read('messages.page', { peerId, beforeSeq: position.beforeSeq }).catch(() => null);
      if (page === null || page.items.length === 0) return false;
      // A page on its way would be added to those that it was asked for.
      await client.cancelQueries({ queryKey });
      client.setQueryData<History>(queryKey, { pages: [page], pageParams: [position] });
      return true;
    },
    [client, peerId],
  );
  return { query, showPage };
}

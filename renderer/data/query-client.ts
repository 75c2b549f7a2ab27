import { notifyManager, QueryClient } from '@tanstack/react-query';

// Observers hear of an edit in the same task: the default waits for a timer, which costs a bubble some milliseconds.
notifyManager.setScheduler(queueMicrotask);

/**
 * The cache of everything shown. Reads go to the main process, which answers from disk without a
 * network, so nothing here waits to be online, retries or goes stale: published changes keep it true.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: Infinity,
        gcTime: Infinity,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        refetchOnMount: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

import type { Cursor } from '../../shared/wire/feed.ts';
import type { Store } from '../storage/open.ts';

/** The feed position that the cache's contents correspond to, and the server they came from. */
export interface CachedCursor extends Cursor {
  readonly serverId: string;
}

/** Reads and moves the cursor; to be moved only in the transaction that stores what it covers. */
export interface CursorCache {
  get(): CachedCursor | null;
  set(cursor: CachedCursor): void;
}

/** Prepares the statements on the cursor. */
export function createCursorCache(store: Store): CursorCache {
  const get = store.prepare<[], CachedCursor>(
    'SELECT server_id AS serverId, epoch, feed_seq AS feedSeq FROM feed_cursor WHERE id = 1',
  );
  const set = store.prepare<[string, string, number]>(`
    INSERT INTO feed_cursor (id, server_id, epoch, feed_seq) VALUES (1, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      server_id = excluded.server_id, epoch = excluded.epoch, feed_seq = excluded.feed_seq`);
  return {
    get: () => get.get() ?? null,
    set: ({ serverId, epoch, feedSeq }) => void set.run(serverId, epoch, feedSeq),
  };
}

import type { Migration } from '../migrate.ts';

/** What a message was when it was queued, so that a damaged one is never sent; null for older rows. */
export const digest: Migration = {
  version: 20,
  sql: 'ALTER TABLE outbox ADD COLUMN digest TEXT;',
};

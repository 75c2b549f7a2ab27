import type { Migration } from '../migrate.ts';

/** Messages not yet acknowledged, and read marks not yet acknowledged. */
export const initial: Migration = {
  version: 10,
  sql: `
    CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      client_message_id TEXT NOT NULL UNIQUE,
      peer_id INTEGER NOT NULL,
      content TEXT NOT NULL,
      queued_at TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('sending', 'notSent', 'refused')),
      reason_code TEXT,
      reason_message TEXT
    ) STRICT;
    CREATE INDEX outbox_by_peer ON outbox (peer_id, position);
    CREATE INDEX outbox_waiting ON outbox (peer_id, position) WHERE state <> 'refused';

    CREATE TABLE read_marks (
      conversation_id INTEGER PRIMARY KEY,
      up_to_seq INTEGER NOT NULL
    ) STRICT;
  `,
};

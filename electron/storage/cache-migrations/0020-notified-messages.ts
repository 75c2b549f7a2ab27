import type { Migration } from '../migrate.ts';

/** Which messages of other people need no notification any more; those that are there by now do not. */
export const notifiedMessages: Migration = {
  version: 20,
  sql: `
    CREATE TABLE notified_messages (
      sender_id INTEGER NOT NULL,
      client_message_id TEXT NOT NULL,
      created_at TEXT NOT NULL,
      PRIMARY KEY (sender_id, client_message_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX notified_messages_by_age ON notified_messages (created_at);

    INSERT INTO notified_messages (sender_id, client_message_id, created_at)
    SELECT m.sender_id, m.client_message_id, m.created_at
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.sender_id = c.peer_id
    ON CONFLICT DO NOTHING;
  `,
};

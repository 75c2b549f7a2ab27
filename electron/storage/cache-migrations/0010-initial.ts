import type { Migration } from '../migrate.ts';

/** Conversations, messages, trainees, and how far the feed has been applied. */
export const initial: Migration = {
  version: 10,
  sql: `
    CREATE TABLE feed_cursor (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      server_id TEXT NOT NULL,
      epoch TEXT NOT NULL,
      feed_seq INTEGER NOT NULL
    ) STRICT;

    -- stated_*: what the server said about the reading side when it last described the conversation.
    -- Unread counts are derived from it and from the messages; none is stored.
    CREATE TABLE conversations (
      id INTEGER PRIMARY KEY,
      peer_id INTEGER NOT NULL UNIQUE,
      peer_name TEXT NOT NULL,
      is_archived INTEGER NOT NULL,
      last_seq INTEGER NOT NULL,
      last_message_at TEXT,
      read_seq INTEGER NOT NULL,
      peer_read_seq INTEGER NOT NULL,
      stated_last_seq INTEGER NOT NULL,
      stated_read_seq INTEGER NOT NULL,
      stated_unread INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX conversations_by_time ON conversations (last_message_at, id);
    CREATE INDEX conversations_unread ON conversations (id) WHERE read_seq < last_seq;

    CREATE TABLE messages (
      conversation_id INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      id INTEGER NOT NULL,
      sender_id INTEGER NOT NULL,
      client_message_id TEXT NOT NULL,
      content TEXT NOT NULL,
      created_at TEXT NOT NULL,
      PRIMARY KEY (conversation_id, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX messages_by_client_id ON messages (client_message_id);

    CREATE TABLE trainees (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      email TEXT NOT NULL,
      conversation_id INTEGER
    ) STRICT;
  `,
};

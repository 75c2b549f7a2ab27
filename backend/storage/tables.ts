import type { Generated, Kysely, Transaction } from 'kysely';
import type { FeedEvent } from '../../shared/wire/feed.ts';
import type { Role } from '../../shared/wire/entities.ts';
import type { PushPlatform } from '../../shared/wire/rest.ts';

/** What queries run on: the reading connection, or a writing transaction. */
export type Queries = Kysely<Tables>;
/** A writing transaction; it holds the database's write lock from its start. */
export type WriteTransaction = Transaction<Tables>;

/** 0 or 1: SQLite has no boolean of its own. */
type Flag = 0 | 1;

/** All times are milliseconds since the Unix epoch, by the server's clock. */
export interface Tables {
  /** Facts about the database itself, one a row. */
  meta: { key: string; value: string };
  users: UsersTable;
  trainee_profiles: TraineeProfilesTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  conversations: ConversationsTable;
  messages: MessagesTable;
  send_rates: SendRatesTable;
  feed_events: FeedEventsTable;
  push_devices: PushDevicesTable;
  push_jobs: PushJobsTable;
}

interface UsersTable {
  id: Generated<number>;
  role: Role;
  name: string;
  /** In lower case. */
  email: string;
  password_hash: string;
  is_active: Generated<Flag>;
  created_at: number;
  /** Number of the newest event in this user's feed. */
  feed_seq: Generated<number>;
}

/** What only a trainee has; the row that is locked when the relation to a trainer changes. */
interface TraineeProfilesTable {
  user_id: number;
  /** Null for a trainee without a trainer. */
  trainer_id: number | null;
  joined_at: number;
  programme: string | null;
  last_workout_at: number | null;
  missed_workouts_this_week: Generated<number>;
  last_active_at: number | null;
}

interface SessionsTable {
  id: string;
  user_id: number;
  created_at: number;
  ended_at: number | null;
}

interface RefreshTokensTable {
  /** SHA-256 of the token, base64url; the token itself is never stored. */
  token_hash: string;
  session_id: string;
  /** Set when the token is first exchanged; from then on its successor is in circulation. */
  first_used_at: number | null;
  expires_at: number;
}

interface ConversationsTable {
  id: Generated<number>;
  trainer_id: number;
  trainee_id: number;
  is_archived: Generated<Flag>;
  last_seq: Generated<number>;
  /** 0 before the first message, so that keyset paging can compare it. */
  last_message_at: Generated<number>;
  trainer_read_seq: Generated<number>;
  trainer_read_at: number | null;
  trainee_read_seq: Generated<number>;
  trainee_read_at: number | null;
  created_at: number;
}

/** What tells a message from all others before it has a number: the id that its sender's app gave it. */
export interface MessageKey {
  readonly senderId: number;
  readonly clientMessageId: string;
}

interface MessagesTable {
  id: Generated<number>;
  conversation_id: number;
  seq: number;
  sender_id: number;
  client_message_id: string;
  content: string;
  created_at: number;
}

interface SendRatesTable {
  user_id: number;
  /** JSON array of the times of the last accepted messages, oldest first. */
  accepted_at: string;
}

interface FeedEventsTable {
  user_id: number;
  feed_seq: number;
  type: FeedEventType;
  conversation_id: number | null;
  message_id: number | null;
  /** The person that the event is about: the reader, or the trainee. */
  subject_id: number | null;
  created_at: number;
}

interface PushDevicesTable {
  /** UUID. */
  id: string;
  /** Secret: whoever has it and the platform's credentials can notify this device. */
  token: string;
  platform: PushPlatform;
  user_id: number;
  session_id: string;
  registered_at: number;
}

/** One notification that is still to be delivered: a message on a device. */
interface PushJobsTable {
  message_id: number;
  device_id: string;
  conversation_id: number;
  created_at: number;
  /** While a node is delivering the job, the time at which another may take it over. */
  next_attempt_at: number;
  attempts: Generated<number>;
}

/** Kinds of event that are stored; `hidden` is only ever an answer. */
export type FeedEventType = Exclude<FeedEvent['type'], 'hidden'>;

import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** Accounts, conversations, messages and feeds. */
export const firstSchema: Migration = {
  version: 10,
  name: 'first schema',
  async up(db, { id, asId, reference }) {
    await db.schema
      .createTable('meta')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('users')
      .addColumn('id', id, asId)
      .addColumn('role', 'text', (column) =>
        column.notNull().check(sql`role in ('trainer', 'trainee', 'admin')`),
      )
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('email', 'text', (column) => column.notNull().unique())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('is_active', 'integer', (column) => column.notNull().defaultTo(1))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('feed_seq', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.createIndex('users_by_role').on('users').columns(['role', 'id']).execute();

    await db.schema
      .createTable('trainee_profiles')
      .addColumn('user_id', reference, (column) => column.primaryKey().references('users.id'))
      .addColumn('trainer_id', reference, (column) => column.references('users.id'))
      .addColumn('joined_at', 'bigint', (column) => column.notNull())
      .addColumn('programme', 'text')
      .addColumn('last_workout_at', 'bigint')
      .addColumn('missed_workouts_this_week', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('last_active_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('trainee_profiles_by_trainer')
      .on('trainee_profiles')
      .columns(['trainer_id', 'user_id'])
      .execute();

    await db.schema
      .createTable('sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', reference, (column) => column.notNull().references('users.id'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();

    await db.schema
      .createTable('refresh_tokens')
      .addColumn('token_hash', 'text', (column) => column.primaryKey())
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('sessions.id').onDelete('cascade'),
      )
      .addColumn('first_used_at', 'bigint')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('refresh_tokens_by_session')
      .on('refresh_tokens')
      .column('session_id')
      .execute();
    await db.schema
      .createIndex('refresh_tokens_by_expiry')
      .on('refresh_tokens')
      .column('expires_at')
      .execute();

    await db.schema
      .createTable('conversations')
      .addColumn('id', id, asId)
      .addColumn('trainer_id', reference, (column) => column.notNull().references('users.id'))
      .addColumn('trainee_id', reference, (column) => column.notNull().references('users.id'))
      .addColumn('is_archived', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('last_seq', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('last_message_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('trainer_read_seq', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('trainer_read_at', 'bigint')
      .addColumn('trainee_read_seq', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('trainee_read_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('conversations_one_per_pair', ['trainee_id', 'trainer_id'])
      .execute();
    await db.schema
      .createIndex('conversations_by_trainer')
      .on('conversations')
      .columns(['trainer_id', 'last_message_at', 'id'])
      .execute();
    await db.schema
      .createIndex('conversations_by_trainer_and_id')
      .on('conversations')
      .columns(['trainer_id', 'id'])
      .execute();

    await db.schema
      .createTable('messages')
      .addColumn('id', id, asId)
      .addColumn('conversation_id', reference, (column) => column.notNull().references('conversations.id'))
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('sender_id', reference, (column) => column.notNull().references('users.id'))
      .addColumn('client_message_id', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('messages_in_order', ['conversation_id', 'seq'])
      .addUniqueConstraint('messages_once_per_sender', ['sender_id', 'client_message_id'])
      .execute();
    await db.schema
      .createIndex('messages_by_sender')
      .on('messages')
      .columns(['conversation_id', 'sender_id', 'seq'])
      .execute();

    await db.schema
      .createTable('send_rates')
      .addColumn('user_id', reference, (column) => column.primaryKey().references('users.id'))
      .addColumn('accepted_at', 'text', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('feed_events')
      .addColumn('user_id', reference, (column) => column.notNull().references('users.id'))
      .addColumn('feed_seq', 'bigint', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('conversation_id', reference, (column) => column.references('conversations.id'))
      .addColumn('message_id', reference, (column) => column.references('messages.id'))
      .addColumn('subject_id', reference, (column) => column.references('users.id'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('feed_events_in_order', ['user_id', 'feed_seq'])
      .execute();
    await db.schema.createIndex('feed_events_by_age').on('feed_events').column('created_at').execute();
  },
};

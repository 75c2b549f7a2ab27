import type { Migration } from '../migration.ts';

/** Phones that want push notifications, and the notifications that are still to be delivered. */
export const push: Migration = {
  version: 20,
  name: 'push notifications',
  async up(db) {
    await db.schema
      .createTable('push_devices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('token', 'text', (column) => column.notNull().unique())
      .addColumn('platform', 'text', (column) => column.notNull())
      .addColumn('user_id', 'bigint', (column) => column.notNull().references('users.id'))
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('sessions.id').onDelete('cascade'),
      )
      .addColumn('registered_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('push_devices_by_user')
      .on('push_devices')
      .columns(['user_id', 'registered_at'])
      .execute();
    await db.schema.createIndex('push_devices_by_session').on('push_devices').column('session_id').execute();

    // Without references: a device that is forgotten at the same moment must not make a send fail.
    await db.schema
      .createTable('push_jobs')
      .addColumn('message_id', 'bigint', (column) => column.notNull())
      .addColumn('device_id', 'text', (column) => column.notNull())
      .addColumn('conversation_id', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addPrimaryKeyConstraint('push_jobs_once_per_device', ['message_id', 'device_id'])
      .execute();
    await db.schema
      .createIndex('push_jobs_by_time')
      .on('push_jobs')
      .columns(['next_attempt_at', 'message_id'])
      .execute();
    await db.schema
      .createIndex('push_jobs_in_order')
      .on('push_jobs')
      .columns(['device_id', 'conversation_id', 'message_id'])
      .execute();
    await db.schema.createIndex('push_jobs_by_age').on('push_jobs').column('created_at').execute();
  },
};

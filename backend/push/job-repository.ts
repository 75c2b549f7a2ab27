import { sql } from 'kysely';
import type { PushPlatform } from '../../shared/wire/rest.ts';
import type { MessageKey, Queries, WriteTransaction } from '../storage/tables.ts';

/** One notification that is to be delivered: a message on a device. */
export interface JobKey {
  readonly messageId: number;
  readonly deviceId: string;
}

/** A job that this node has taken. */
export interface TakenJob extends JobKey {
  /** When it was written, milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Attempts with the one that begins now. */
  readonly attempts: number;
}

/** What is delivered, read at the last moment. */
export interface Delivery {
  readonly token: string;
  readonly platform: PushPlatform;
  readonly recipientId: number;
  readonly conversationId: number;
  readonly senderName: string;
  readonly content: string;
}

/**
 * Writes a job for each of the recipient's devices, in the transaction that stores the message, which is known
 * by its sender and the sender's id for it.
 */
export function insertJobs(trx: WriteTransaction, message: MessageKey, recipientId: number, now: number) {
  const time = sql<number>`cast(${now} as bigint)`;
  return trx
    .insertInto('push_jobs')
    .columns(['message_id', 'device_id', 'conversation_id', 'created_at', 'next_attempt_at'])
    .expression((eb) =>
      eb
        .selectFrom('push_devices')
        .innerJoin('messages', (join) =>
          join
            .on('messages.sender_id', '=', message.senderId)
            .on('messages.client_message_id', '=', message.clientMessageId),
        )
        .select(['messages.id as message_id', 'push_devices.id as device_id', 'messages.conversation_id'])
        .select([time.as('created_at'), time.as('next_attempt_at')])
        .where('push_devices.user_id', '=', recipientId),
    );
}

/**
 * Takes up to `limit` jobs whose time has come. Until `leaseMs` from now no other node takes them; after
 * that, this one counts as dead. A conversation's messages go to a device one after the other, since the
 * newest has to be the one that stays on its screen.
 */
export async function takeJobs(
  trx: WriteTransaction,
  limit: number,
  now: number,
  leaseMs: number,
): Promise<TakenJob[]> {
  const due = await trx
    .selectFrom('push_jobs as job')
    .select(['job.message_id', 'job.device_id'])
    .where('job.next_attempt_at', '<=', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('push_jobs as earlier')
            .select('earlier.message_id')
            .whereRef('earlier.device_id', '=', 'job.device_id')
            .whereRef('earlier.conversation_id', '=', 'job.conversation_id')
            .whereRef('earlier.message_id', '<', 'job.message_id'),
        ),
      ),
    )
    .orderBy('job.next_attempt_at')
    .orderBy('job.message_id')
    .limit(limit)
    // What another node is taking at this moment is its own.
    .forUpdate()
    .skipLocked()
    .execute();
  if (due.length === 0) return [];
  const rows = await trx
    .updateTable('push_jobs')
    .set((eb) => ({ next_attempt_at: now + leaseMs, attempts: eb('attempts', '+', 1) }))
    .where((eb) => eb.or(due.map((key) => eb.and(key))))
    .returning(['message_id', 'device_id', 'created_at', 'attempts'])
    .execute();
  return rows.map((row) => ({
    messageId: row.message_id,
    deviceId: row.device_id,
    createdAt: row.created_at,
    attempts: row.attempts,
  }));
}

/**
 * What a job delivers, or null when there is nothing to deliver any more: the device was forgotten or its
 * session has ended, the person is deactivated or no participant now, or has read the message meanwhile.
 */
export async function findDelivery(db: Queries, { messageId, deviceId }: JobKey): Promise<Delivery | null> {
  const row = await db
    .selectFrom('messages as message')
    .innerJoin('users as sender', 'sender.id', 'message.sender_id')
    .innerJoin('conversations as c', 'c.id', 'message.conversation_id')
    .innerJoin('trainee_profiles as relation', (join) =>
      join.onRef('relation.user_id', '=', 'c.trainee_id').onRef('relation.trainer_id', '=', 'c.trainer_id'),
    )
    .innerJoin('push_devices as device', (join) =>
      join.on('device.id', '=', deviceId).onRef('device.user_id', '!=', 'message.sender_id'),
    )
    .innerJoin('sessions as session', 'session.id', 'device.session_id')
    .innerJoin('users as recipient', 'recipient.id', 'device.user_id')
    .select([
      'device.token',
      'device.platform',
      'device.user_id as recipientId',
      'c.id as conversationId',
      'sender.name as senderName',
      'message.content',
    ])
    .where('message.id', '=', messageId)
    .where('c.is_archived', '=', 0)
    .where('session.ended_at', 'is', null)
    .where('recipient.is_active', '=', 1)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('recipient.id', '=', eb.ref('c.trainer_id')),
          eb('c.trainer_read_seq', '<', eb.ref('message.seq')),
        ]),
        eb.and([
          eb('recipient.id', '=', eb.ref('c.trainee_id')),
          eb('c.trainee_read_seq', '<', eb.ref('message.seq')),
        ]),
      ]),
    )
    .executeTakeFirst();
  return row ?? null;
}

/** Strikes a job off. */
export async function deleteJob(trx: WriteTransaction, { messageId, deviceId }: JobKey): Promise<void> {
  await trx
    .deleteFrom('push_jobs')
    .where('message_id', '=', messageId)
    .where('device_id', '=', deviceId)
    .execute();
}

/** Lets a job wait, unless another node has taken it meanwhile. */
export async function postponeJob(trx: WriteTransaction, job: TakenJob, until: number): Promise<void> {
  await trx
    .updateTable('push_jobs')
    .set({ next_attempt_at: until })
    .where('message_id', '=', job.messageId)
    .where('device_id', '=', job.deviceId)
    .where('attempts', '=', job.attempts)
    .execute();
}

/** Strikes off all jobs that were written before this time. */
export async function pruneJobs(trx: WriteTransaction, before: number): Promise<void> {
  await trx.deleteFrom('push_jobs').where('created_at', '<', before).execute();
}

/** How many jobs there are, and when the oldest was written; null when there is none. */
export async function measureJobs(
  db: Queries,
): Promise<{ readonly count: number; readonly oldestCreatedAt: number | null }> {
  return db
    .selectFrom('push_jobs')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.min<number | null>('created_at').as('oldestCreatedAt'),
    ])
    .executeTakeFirstOrThrow();
}

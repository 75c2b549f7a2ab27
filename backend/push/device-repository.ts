import { randomUUID } from 'node:crypto';
import type { PushPlatform } from '../../shared/wire/rest.ts';
import type { WriteTransaction } from '../storage/tables.ts';

/** A device as its app registers it. */
export interface NewDevice {
  /** What FCM knows the app's installation by. */
  readonly token: string;
  readonly platform: PushPlatform;
  readonly userId: number;
  /** The session that registers it, and with which it is forgotten. */
  readonly sessionId: string;
}

/**
 * Stores a device, or notes that it was registered again. A token that was another user's becomes a new
 * device of this user, so that nothing which waits for the former owner is shown to the new one.
 */
export async function upsertDevice(trx: WriteTransaction, device: NewDevice, now: number): Promise<void> {
  await trx
    .insertInto('push_devices')
    .values({
      id: randomUUID(),
      token: device.token,
      platform: device.platform,
      user_id: device.userId,
      session_id: device.sessionId,
      registered_at: now,
    })
    .onConflict((conflict) =>
      conflict.column('token').doUpdateSet((eb) => ({
        id: eb
          .case()
          .when('push_devices.user_id', '=', eb.ref('excluded.user_id'))
          .then(eb.ref('push_devices.id'))
          .else(eb.ref('excluded.id'))
          .end(),
        platform: eb.ref('excluded.platform'),
        user_id: eb.ref('excluded.user_id'),
        session_id: eb.ref('excluded.session_id'),
        registered_at: eb.ref('excluded.registered_at'),
      })),
    )
    .execute();
}

/** Forgets all devices of a user but the `kept` that were registered last. */
export async function forgetOldestDevices(
  trx: WriteTransaction,
  userId: number,
  kept: number,
): Promise<void> {
  await trx
    .deleteFrom('push_devices')
    .where('user_id', '=', userId)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('push_devices as newest')
        .select('newest.id')
        .where('newest.user_id', '=', userId)
        .orderBy('newest.registered_at', 'desc')
        .orderBy('newest.id')
        .limit(kept),
    )
    .execute();
}

/** Forgets a user's own device; another's stays. */
export async function forgetDeviceByToken(
  trx: WriteTransaction,
  userId: number,
  token: string,
): Promise<void> {
  await trx.deleteFrom('push_devices').where('user_id', '=', userId).where('token', '=', token).execute();
}

/** Forgets a device that FCM does not know any more, unless its token has been registered anew since. */
export async function forgetDeadDevice(
  trx: WriteTransaction,
  device: { readonly id: string; readonly token: string },
): Promise<void> {
  await trx
    .deleteFrom('push_devices')
    .where('id', '=', device.id)
    .where('token', '=', device.token)
    .execute();
}

/** Forgets the devices of those sessions of a user that have ended; `sessionId` is any session of theirs. */
export async function forgetDevicesOfEndedSessions(trx: WriteTransaction, sessionId: string): Promise<void> {
  await trx
    .deleteFrom('push_devices')
    .where('session_id', 'in', (eb) =>
      eb
        .selectFrom('sessions as ended')
        .innerJoin('sessions as given', 'given.user_id', 'ended.user_id')
        .select('ended.id')
        .where('given.id', '=', sessionId)
        .where('ended.ended_at', 'is not', null),
    )
    .execute();
}

/** Forgets every device whose session has ended or whose user has been deactivated. */
export async function pruneDevices(trx: WriteTransaction): Promise<void> {
  await trx
    .deleteFrom('push_devices')
    .where('session_id', 'not in', (eb) =>
      eb
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('sessions.id')
        .where('sessions.ended_at', 'is', null)
        .where('users.is_active', '=', 1),
    )
    .execute();
}

import { PUSH_DEVICES_PER_USER } from '../../shared/limits.ts';
import type { PushDevice } from '../../shared/wire/rest.ts';
import { isoTime, type Clock } from '../operations/clock.ts';
import type { Database } from '../storage/database.ts';
import {
  forgetDeviceByToken,
  forgetOldestDevices,
  upsertDevice,
  type NewDevice,
} from './device-repository.ts';

/** The devices that people want to be notified on. */
export interface Devices {
  /** Registers a device, or again; the oldest of a user who has too many is forgotten. */
  register(device: NewDevice): Promise<PushDevice>;
  /** Forgets one of the user's own devices; what is not theirs, or unknown, is no error. */
  forget(userId: number, token: string): Promise<void>;
}

/** The devices in this database. */
export function createDevices({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Devices {
  return {
    async register(device) {
      const now = clock();
      await database.transaction(async (trx) => {
        await upsertDevice(trx, device, now);
        await forgetOldestDevices(trx, device.userId, PUSH_DEVICES_PER_USER);
      });
      return { platform: device.platform, registeredAt: isoTime(now) };
    },
    async forget(userId, token) {
      await database.transaction((trx) => forgetDeviceByToken(trx, userId, token));
    },
  };
}

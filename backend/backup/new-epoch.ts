import { randomUUID } from 'node:crypto';
import { CommandFailure } from '../command-failure.ts';
import { SettingsError } from '../settings-error.ts';
import { openDatabase } from '../storage/open.ts';
import type { ServerIdentity } from '../storage/meta.ts';

/**
 * Makes restored data a new incarnation of the server that it came from: clients see by the epoch that they
 * have to compare everything, and notifications that were waiting then are not sent now.
 * @throws CommandFailure when the data is not of this program, or of a newer version of it
 */
export async function beginNewEpoch(location: string): Promise<ServerIdentity> {
  try {
    const database = await openDatabase(location, Date.now);
    try {
      return await database.transaction(async (trx) => {
        const known = await trx
          .selectFrom('meta')
          .select('value')
          .where('key', '=', 'server_id')
          .executeTakeFirst();
        if (!known) throw new CommandFailure('This is no backup of this program: it has no server id.');
        const epoch = randomUUID();
        await trx.updateTable('meta').set({ value: epoch }).where('key', '=', 'epoch').execute();
        await trx.deleteFrom('push_jobs').execute();
        return { serverId: known.value, epoch };
      });
    } finally {
      await database.close();
    }
  } catch (error) {
    throw error instanceof SettingsError ? new CommandFailure(error.message) : error;
  }
}

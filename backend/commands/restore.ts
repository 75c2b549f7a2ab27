import { restorePostgres } from '../backup/postgres.ts';
import { restoreSqlite } from '../backup/sqlite.ts';
import { isPostgresAddress } from '../storage/open.ts';
import type { Command } from './command.ts';
import { printEvent, requireWord } from './inputs.ts';
import { parseDatabaseCommand } from './on-database.ts';

/** Goes back to a backup. */
export const restore: Command = {
  name: 'restore',
  usage: '<file>',
  summary: 'puts a backup in the place of the data, which is kept aside; the service has to be stopped',
  details:
    'The backup is checked first. The service keeps its server id and begins a new epoch, by which apps see ' +
    'that they have to compare everything and send again what the backup has not got.',
  async run(args, env) {
    const line = parseDatabaseCommand(args, env, { words: 1 });
    const file = requireWord(line, 'The backup');
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const act = isPostgresAddress(line.database) ? restorePostgres : restoreSqlite;
    const { serverId, epoch, keptAside } = await act(file, line.database, stamp);
    printEvent('restored', { serverId, epoch, keptAside });
  },
};

import { backUpPostgres } from '../backup/postgres.ts';
import { backUpSqlite } from '../backup/sqlite.ts';
import { isPostgresAddress } from '../storage/open.ts';
import type { Command } from './command.ts';
import { printEvent, requireWord } from './inputs.ts';
import { parseDatabaseCommand } from './on-database.ts';

/** Makes a backup. */
export const backup: Command = {
  name: 'backup',
  usage: '<file>',
  summary: 'writes all data into a new file, while the service runs',
  details:
    'The file is as the data was at one moment, is checked and on the disk when the command ends, and never ' +
    'overwrites another. For PostgreSQL it is a dump in the custom format, made with pg_dump.',
  async run(args, env) {
    const line = parseDatabaseCommand(args, env, { words: 1 });
    const file = requireWord(line, 'The file to write');
    await (isPostgresAddress(line.database) ? backUpPostgres : backUpSqlite)(line.database, file);
    printEvent('backed_up', { file });
  },
};

import { DATABASE_SETTINGS, readDatabaseSettings } from '../settings.ts';
import { flagOptions } from '../setting-definitions.ts';
import { openDatabase } from '../storage/database.ts';
import { parseCommandLine } from './command-line.ts';
import type { Command } from './command.ts';

/** Brings the schema up to date, as every start does too. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'brings the database to the schema of this version',
  async run(args, env) {
    const { flags } = parseCommandLine(args, flagOptions(DATABASE_SETTINGS));
    const { database } = readDatabaseSettings(flags, env);
    await (await openDatabase(database, Date.now())).close();
    process.stdout.write('The database is up to date.\n');
  },
};

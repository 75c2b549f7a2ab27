import { printEvent } from './inputs.ts';
import type { Command } from './command.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

/** Brings the schema up to date, as every start does too. */
export const migrateCommand: Command = {
  name: 'migrate',
  usage: '',
  summary: 'brings the database to the schema of this version, as every start does too',
  async run(args, env) {
    const { database } = parseDatabaseCommand(args, env);
    await withDatabase(database, async () => printEvent('migrated'));
  },
};

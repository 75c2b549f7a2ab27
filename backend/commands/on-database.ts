import { readDatabaseSettings, DATABASE_SETTINGS } from '../settings.ts';
import { flagOptions, type Environment } from '../setting-definitions.ts';
import { loadIdentity } from '../storage/meta.ts';
import type { Database } from '../storage/database.ts';
import { openDatabase } from '../storage/open.ts';
import { parseCommandLine, type CommandLine, type FlagOptions } from './command-line.ts';

/** What a command's line says, and which database it means. */
export interface DatabaseCommandLine extends CommandLine {
  readonly database: string;
}

/**
 * Reads the line of a command that works on the database: its own flags, its words, and `--database`.
 * @throws SettingsError
 */
export function parseDatabaseCommand(
  args: readonly string[],
  env: Environment,
  { flags = {}, words = 0 }: { readonly flags?: FlagOptions; readonly words?: number } = {},
): DatabaseCommandLine {
  const line = parseCommandLine(args, { ...flags, ...flagOptions(DATABASE_SETTINGS) }, { words });
  return { ...line, database: readDatabaseSettings(line.flags, env).database };
}

/** Works on the database and closes it, whatever happens. */
export async function withDatabase<T>(
  location: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(location, Date.now);
  try {
    // Whoever comes first gives a database its identity, by which a restore knows its own backups.
    await loadIdentity(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

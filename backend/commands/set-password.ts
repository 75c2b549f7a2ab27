import { createPeople } from '../administration/people.ts';
import type { Command } from './command.ts';
import { printEvent, readNewPassword, readReference, requireWord } from './inputs.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

/** Replaces a forgotten password. */
export const setPassword: Command = {
  name: 'set-password',
  usage: '<id|address> [--password-stdin]',
  summary: 'replaces a password and ends the person’s sessions',
  details:
    'Prints a random password, once. With --password-stdin the password is read from standard input instead.',
  async run(args, env) {
    const line = parseDatabaseCommand(args, env, {
      flags: { 'password-stdin': { type: 'boolean' } },
      words: 1,
    });
    const reference = readReference(requireWord(line, 'The id or e-mail address'));
    const { password, isGenerated } = await readNewPassword(line);
    const id = await withDatabase(line.database, (database) =>
      createPeople({ database, clock: Date.now }).setPassword(reference, password),
    );
    printEvent('password_set', { id, ...(isGenerated && { password }) });
  },
};

import { createPeople } from '../administration/people.ts';
import type { Command } from './command.ts';
import { printEvent, readEmail, readName, readNewPassword, readRole, requireFlag } from './inputs.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

/** Makes an account. */
export const createUser: Command = {
  name: 'create-user',
  usage: '--role trainer|trainee|admin --name <name> --email <address> [--password-stdin]',
  summary: 'makes an account',
  details:
    'Prints the id and a random password, once. With --password-stdin the password is read from standard ' +
    'input instead, and not printed.',
  async run(args, env) {
    const line = parseDatabaseCommand(args, env, {
      flags: {
        role: { type: 'string' },
        name: { type: 'string' },
        email: { type: 'string' },
        'password-stdin': { type: 'boolean' },
      },
    });
    const account = {
      role: readRole(requireFlag(line, 'role')),
      name: readName(requireFlag(line, 'name')),
      email: readEmail(requireFlag(line, 'email')),
    };
    const { password, isGenerated } = await readNewPassword(line);
    const id = await withDatabase(line.database, (database) =>
      createPeople({ database, clock: Date.now }).create({ ...account, password }),
    );
    printEvent('user_created', { id, role: account.role, ...(isGenerated && { password }) });
  },
};

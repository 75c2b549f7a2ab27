import { createPeople, type People, type Reference } from '../administration/people.ts';
import type { Command } from './command.ts';
import { printEvent, readReference, requireWord } from './inputs.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

/** A command that does one thing to one account and prints the account's id. */
export function commandOnPerson(
  description: Pick<Command, 'name' | 'summary' | 'details'>,
  event: string,
  act: (people: People, reference: Reference) => Promise<number>,
): Command {
  return {
    ...description,
    usage: '<id|address>',
    async run(args, env) {
      const line = parseDatabaseCommand(args, env, { words: 1 });
      const reference = readReference(requireWord(line, 'The id or e-mail address'));
      const id = await withDatabase(line.database, (database) =>
        act(createPeople({ database, clock: Date.now }), reference),
      );
      printEvent(event, { id });
    },
  };
}

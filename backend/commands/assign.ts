import { createPeople } from '../administration/people.ts';
import { CommandFailure } from '../command-failure.ts';
import { createTrainees } from '../messaging/trainees.ts';
import { ApiError } from '../operations/api-error.ts';
import type { Command } from './command.ts';
import { printEvent, readReference, requireFlag } from './inputs.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

/** A command that begins or ends the relation of a pair. */
function relationCommand(
  description: Pick<Command, 'name' | 'summary' | 'details'>,
  act: 'assign' | 'remove',
  event: string,
  refusal: string,
): Command {
  return {
    ...description,
    usage: '--trainee <id|address> --trainer <id|address>',
    async run(args, env) {
      const line = parseDatabaseCommand(args, env, {
        flags: { trainee: { type: 'string' }, trainer: { type: 'string' } },
      });
      const trainee = readReference(requireFlag(line, 'trainee'));
      const trainer = readReference(requireFlag(line, 'trainer'));
      await withDatabase(line.database, async (database) => {
        const people = createPeople({ database, clock: Date.now });
        const traineeId = await people.find(trainee, 'trainee');
        const trainerId = await people.find(trainer, 'trainer');
        const trainees = createTrainees({ database, clock: Date.now, announce: () => {} });
        try {
          await trainees[act](trainerId, traineeId);
        } catch (error) {
          throw error instanceof ApiError ? new CommandFailure(refusal) : error;
        }
        printEvent(event, { traineeId, trainerId });
      });
    },
  };
}

/** Gives a trainee a trainer. */
export const assign = relationCommand(
  {
    name: 'assign',
    summary: 'gives a trainee who has no trainer a trainer',
    details: 'If the two had a conversation before, both get it back.',
  },
  'assign',
  'trainee_assigned',
  'The trainee has a trainer: unassign them first.',
);

/** Ends a relation. */
export const unassign = relationCommand(
  {
    name: 'unassign',
    summary: 'ends the relation of a trainee and their trainer',
    details: 'The conversation is archived: the trainer keeps it to read, the trainee no longer sees it.',
  },
  'remove',
  'trainee_unassigned',
  'This is not a trainee of this trainer.',
);

import { z } from '../../shared/schema.ts';
import { createPeople } from '../administration/people.ts';
import type { TraineeFacts } from '../messaging/trainee-repository.ts';
import { createTrainees } from '../messaging/trainees.ts';
import { SettingsError } from '../settings-error.ts';
import type { CommandLine } from './command-line.ts';
import type { Command } from './command.ts';
import { printEvent, readName, readReference, requireWord } from './inputs.ts';
import { parseDatabaseCommand, withDatabase } from './on-database.ts';

const timeSchema = z.iso.datetime({ offset: true }).transform((time) => Date.parse(time));
const countSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number);

function readTime(value: string): number | null {
  if (value === '') return null;
  const time = timeSchema.safeParse(value);
  if (!time.success) throw new SettingsError('--last-workout has to be a time as in 2026-11-23T08:30:00Z.');
  return time.data;
}

function readCount(value: string): number {
  const count = countSchema.safeParse(value);
  if (!count.success) throw new SettingsError('--missed-workouts has to be a number from 0 to 999.');
  return count.data;
}

function readFacts({ flags }: CommandLine): TraineeFacts {
  const { name, programme } = flags;
  const lastWorkout = flags['last-workout'];
  const missedWorkouts = flags['missed-workouts'];
  const facts: TraineeFacts = {
    ...(typeof name === 'string' && { name: readName(name) }),
    ...(typeof programme === 'string' && { programme: programme === '' ? null : readName(programme) }),
    ...(typeof lastWorkout === 'string' && { lastWorkoutAt: readTime(lastWorkout) }),
    ...(typeof missedWorkouts === 'string' && { missedWorkoutsThisWeek: readCount(missedWorkouts) }),
  };
  if (Object.keys(facts).length === 0) throw new SettingsError('There is nothing to change on the line.');
  return facts;
}

/** Brings in what the platform knows of a trainee. */
export const updateTrainee: Command = {
  name: 'update-trainee',
  usage: '<id|address> [--name …] [--programme …] [--last-workout <time>] [--missed-workouts <number>]',
  summary: 'changes the name or the training facts of a trainee; their trainer’s app is told',
  details: 'What is left out stays as it is; an empty --programme or --last-workout removes it.',
  async run(args, env) {
    const line = parseDatabaseCommand(args, env, {
      flags: {
        name: { type: 'string' },
        programme: { type: 'string' },
        'last-workout': { type: 'string' },
        'missed-workouts': { type: 'string' },
      },
      words: 1,
    });
    const reference = readReference(requireWord(line, 'The id or e-mail address'));
    const facts = readFacts(line);
    const id = await withDatabase(line.database, async (database) => {
      const traineeId = await createPeople({ database, clock: Date.now }).find(reference, 'trainee');
      await createTrainees({ database, clock: Date.now, announce: () => {} }).update(traineeId, facts);
      return traineeId;
    });
    printEvent('trainee_updated', { id });
  },
};

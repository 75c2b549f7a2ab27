import { SettingsError } from '../settings-error.ts';
import type { Command } from './command.ts';
import { migrateCommand } from './migrate.ts';
import { serve } from './serve.ts';

/** Everything that can be typed, in the order of the list. */
const COMMANDS: readonly Command[] = [serve, migrateCommand];

/**
 * The command that a line begins with, and the rest of the line; a line without a command serves.
 * @throws SettingsError for a word that is no command
 */
export function findCommand(line: readonly string[]): { command: Command; args: readonly string[] } {
  const [word] = line;
  if (word === undefined || word.startsWith('-')) return { command: serve, args: line };
  const command = COMMANDS.find(({ name }) => name === word);
  if (command) return { command, args: line.slice(1) };
  throw new SettingsError(
    `${JSON.stringify(word)} is no command; known are ${COMMANDS.map(({ name }) => name).join(', ')}.`,
  );
}

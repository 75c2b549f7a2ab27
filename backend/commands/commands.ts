import { SettingsError } from '../settings-error.ts';
import { assign, unassign } from './assign.ts';
import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { createUser } from './create-user.ts';
import { deactivate } from './deactivate.ts';
import { deleteUser } from './delete-user.ts';
import { migrateCommand } from './migrate.ts';
import { reactivate } from './reactivate.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { setPassword } from './set-password.ts';
import { updateTrainee } from './update-trainee.ts';

/** Everything that can be typed, in the order of the list. */
const COMMANDS: readonly Command[] = [
  serve,
  migrateCommand,
  createUser,
  setPassword,
  assign,
  unassign,
  updateTrainee,
  deactivate,
  reactivate,
  deleteUser,
  backup,
  restore,
];

const PROGRAM = 'npm run backend --';

/** The command that a line begins with, and the rest of the line. */
interface TypedLine {
  /** Null when only help is wanted. */
  readonly command: Command | null;
  readonly args: readonly string[];
  readonly wantsHelp: boolean;
}

/**
 * Reads the beginning of a line; one that names no command serves.
 * @throws SettingsError for a word that is no command
 */
export function readLine(line: readonly string[]): TypedLine {
  const [word] = line;
  const wantsHelp = line.includes('--help');
  if (word === undefined || word.startsWith('-')) {
    return { command: wantsHelp ? null : serve, args: line, wantsHelp };
  }
  const command = COMMANDS.find(({ name }) => name === word);
  if (command) return { command, args: line.slice(1), wantsHelp };
  throw new SettingsError(
    `${JSON.stringify(word)} is no command; known are ${COMMANDS.map(({ name }) => name).join(', ')}.`,
  );
}

/** What `--help` prints: about one command, or the list of all. */
export function helpText(command: Command | null): string {
  if (command) {
    const { name, usage, summary, details } = command;
    const text = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.${details ? ` ${details}` : ''}`;
    return `${PROGRAM} ${name} ${usage} [--database <file|postgres://…>]\n\n${text}\n`;
  }
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const list = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return (
    `${PROGRAM} [command] [--database <file|postgres://…>]\n\n${list}\n\n` +
    `${PROGRAM} <command> --help tells more. Settings and examples: docs/operating.md\n`
  );
}

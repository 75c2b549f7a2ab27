import { findCommand } from './commands/commands.ts';
import { SettingsError } from './settings-error.ts';

/** Exit code for a setting, or a database, that the program cannot work with. */
const EXIT_BAD_SETTING = 2;

try {
  const { command, args } = findCommand(process.argv.slice(2));
  await command.run(args, process.env);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_BAD_SETTING);
}

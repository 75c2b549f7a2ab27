import { CommandFailure } from './command-failure.ts';
import { helpText, readLine } from './commands/commands.ts';
import { SettingsError } from './settings-error.ts';

const EXIT_FAILED = 1;
/** Exit code for a setting, or a database, that the program cannot work with. */
const EXIT_BAD_SETTING = 2;

try {
  const { command, args, wantsHelp } = readLine(process.argv.slice(2));
  if (wantsHelp || !command) process.stdout.write(helpText(command));
  else await command.run(args, process.env);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof CommandFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error instanceof SettingsError ? EXIT_BAD_SETTING : EXIT_FAILED);
}

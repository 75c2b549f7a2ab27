import { CommandFailure } from './command-failure.ts';
import { helpText, readLine } from './commands/commands.ts';
import { endBecauseOf, EXIT_BAD_SETTING, EXIT_FAILED } from './operations/process-end.ts';
import { SettingsError } from './settings-error.ts';

try {
  const { command, args, wantsHelp } = readLine(process.argv.slice(2));
  if (wantsHelp || !command) process.stdout.write(helpText(command));
  else await command.run(args, process.env);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof CommandFailure)) endBecauseOf(error);
  process.stderr.write(`${error.message}\n`);
  process.exit(error instanceof SettingsError ? EXIT_BAD_SETTING : EXIT_FAILED);
}

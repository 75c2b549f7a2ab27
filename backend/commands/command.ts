import type { Environment } from '../setting-definitions.ts';

/** Something an operator can type behind `npm run backend --`. */
export interface Command {
  readonly name: string;
  /** What follows the name, e.g. `<file> [--database …]`; `--database` is named by the general help. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More for `--help`, in whole sentences. */
  readonly details?: string;
  /**
   * Does it, writing what the operator asked for to standard output.
   * @throws SettingsError for input that cannot be used
   * @throws CommandFailure when it cannot be done
   */
  run(args: readonly string[], env: Environment): Promise<void>;
}

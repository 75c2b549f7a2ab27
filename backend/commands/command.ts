import type { Environment } from '../setting-definitions.ts';

/** Something an operator can type behind `npm run backend --`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /**
   * Does it, writing what the operator asked for to standard output.
   * @throws SettingsError for input that cannot be used
   */
  run(args: readonly string[], env: Environment): Promise<void>;
}

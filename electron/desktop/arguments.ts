import { HIDDEN_SWITCH } from './start-at-login.ts';

/** What the command line asks for. */
export interface AppArguments {
  /** Start signed in to the embedded demo. */
  readonly isDemo: boolean;
  /** Server to offer on the sign-in screen, as typed, or null. */
  readonly server: string | null;
  /** Start in the tray, if there is one. */
  readonly isHidden: boolean;
}

/** Reads `--demo`, `--server=URL` and `--hidden`; everything else belongs to Electron and Chromium. */
export function parseArguments(argv: readonly string[]): AppArguments {
  const prefix = '--server=';
  const server =
    argv
      .findLast((argument) => argument.startsWith(prefix))
      ?.slice(prefix.length)
      .trim() ?? '';
  return {
    isDemo: server === '' && argv.includes('--demo'),
    server: server === '' ? null : server,
    isHidden: argv.includes(HIDDEN_SWITCH),
  };
}

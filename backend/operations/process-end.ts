import type { Logger } from 'pino';
import { createLogger } from './logger.ts';

/** Exit code for what was asked for rightly and could not be done. */
export const EXIT_FAILED = 1;
/** Exit code for a setting, a database or a line that the program cannot work with. */
export const EXIT_BAD_SETTING = 2;

/** Ends the process because of an error that nobody foresaw, and logs it without anything private. */
export function endBecauseOf(error: unknown, logger: Logger = createLogger('fatal')): never {
  logger.fatal({ err: error }, 'the process ends because of an error');
  process.exit(EXIT_FAILED);
}

/**
 * What nobody caught has left the process in a state that nobody knows: it ends, and is started anew from
 * what is stored.
 */
export function endOnUnforeseenErrors(logger: Logger): void {
  process.on('uncaughtException', (error) => endBecauseOf(error, logger));
  process.on('unhandledRejection', (reason) => endBecauseOf(reason, logger));
}

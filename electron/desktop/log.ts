import path from 'node:path';
import logger from 'electron-log/node';
import type { Log } from '../engine-api.ts';

const MAX_BYTES = 1024 * 1024;
/** Name of the log file. */
export const LOG_FILE = 'main.log';

/**
 * Opens the app's log file below `folder` (at most 1 MiB, one older file kept). The plain Node flavour
 * of electron-log is used on purpose: the other one opens IPC channels of its own.
 */
export function openLog(folder: string): Log {
  logger.transports.console.level = false;
  logger.transports.file.resolvePathFn = () => path.join(folder, LOG_FILE);
  logger.transports.file.maxSize = MAX_BYTES;
  logger.transports.file.format = '{iso} {text}';
  return (event, facts = {}) => {
    const words = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
    logger.info([event, ...words].join(' '));
  };
}

import { createApp, type App } from '../app.ts';
import { seedDemo } from '../demo/seed.ts';
import { createLogger } from '../operations/logger.ts';
import { createMetrics } from '../operations/metrics.ts';
import { endOnUnforeseenErrors, EXIT_FAILED } from '../operations/process-end.ts';
import { connectRedis } from '../operations/redis.ts';
import { readSettings, type Settings } from '../settings.ts';
import { SettingsError } from '../settings-error.ts';
import type { Database } from '../storage/database.ts';
import { loadDemoSecret, loadIdentity } from '../storage/meta.ts';
import { openDatabase } from '../storage/open.ts';
import type { Command } from './command.ts';

/** The operator waits at most 5 s for a stop; a client that does not finish its request gets a little less. */
const STOP_TIMEOUT_MS = 4_500;
const CUT_TIMEOUT_MS = 3_500;

async function listen(app: App, { host, port }: Settings): Promise<string> {
  try {
    return await app.listen(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new SettingsError(`Cannot listen on ${host}, port ${port} (${code}).`);
  }
}

/** The secret that signs tokens: the given one, or the one that a demo keeps. */
function loadSecret(settings: Settings, database: Database): Promise<string> {
  return settings.authSecret === null ? loadDemoSecret(database) : Promise.resolve(settings.authSecret);
}

/** Serves until a signal ends the process. */
export const serve: Command = {
  name: 'serve',
  usage: '[--host <address>] [--port <number>] [--redis <redis://…>] [--demo]',
  summary: 'answers clients until it is stopped; also what happens without a command',
  async run(args, env) {
    const settings = readSettings(args, env);
    const logger = createLogger(settings.logLevel);
    const database = await openDatabase(settings.database, Date.now);
    if (settings.isDemo) await seedDemo(database, Date.now());
    const redis = settings.redisUrl === null ? null : connectRedis(settings.redisUrl, logger);
    const app = await createApp({
      database,
      identity: await loadIdentity(database),
      authSecret: await loadSecret(settings, database),
      settings,
      clock: Date.now,
      logger,
      metrics: createMetrics({ process: true }),
      redis,
    });

    endOnUnforeseenErrors(logger);
    let isStopping = false;
    async function stop(signal: NodeJS.Signals): Promise<void> {
      if (isStopping) {
        logger.warn({ signal }, 'stopped at once: asked twice');
        process.exit(EXIT_FAILED);
      }
      isStopping = true;
      logger.info({ signal }, 'stopping');
      setTimeout(() => app.cutConnections(), CUT_TIMEOUT_MS).unref();
      setTimeout(() => {
        logger.error('stopped before everything was closed');
        process.exit(EXIT_FAILED);
      }, STOP_TIMEOUT_MS).unref();
      if (redis) await app.drain();
      await app.close();
      redis?.close();
      await database.close();
      logger.info('stopped');
      process.exit(0);
    }
    process.on('SIGTERM', (signal) => void stop(signal));
    process.on('SIGINT', (signal) => void stop(signal));

    const url = await listen(app, settings);
    process.stdout.write(`${JSON.stringify({ event: 'listening', url })}\n`);
  },
};

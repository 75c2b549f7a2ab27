import pino from 'pino';
import { createApp, type App } from './app.ts';
import { readSettings, type Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';
import { openDatabase, type Database } from './storage/database.ts';
import { loadDemoSecret, loadIdentity } from './storage/meta.ts';
import { seedDemo } from './demo/seed.ts';

/** Exit code for a setting, or a database, that the program cannot start with. */
const EXIT_BAD_SETTING = 2;
/** The operator waits at most 5 s for a stop. */
const STOP_TIMEOUT_MS = 4_500;

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

async function start(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  const logger = pino({ level: settings.logLevel }, pino.destination({ fd: 2, sync: true }));
  const database = await openDatabase(settings.databaseFile, Date.now());
  if (settings.isDemo) await seedDemo(database, Date.now());
  const app = await createApp({
    database,
    identity: await loadIdentity(database),
    authSecret: await loadSecret(settings, database),
    settings,
    clock: Date.now,
    logger,
  });

  let isStopping = false;
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await app.close();
    await database.close();
    logger.info('stopped');
    process.exit(0);
  }
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  const url = await listen(app, settings);
  process.stdout.write(`${JSON.stringify({ event: 'listening', url })}\n`);
}

try {
  await start();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_BAD_SETTING);
}

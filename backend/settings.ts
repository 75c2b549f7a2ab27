import { isIP } from 'node:net';
import { READ_LIMIT_PER_MINUTE, SEND_LIMIT_PER_MINUTE } from '../shared/limits.ts';
import { z } from '../shared/schema.ts';
import { parseCommandLine } from './commands/command-line.ts';
import { PUSH_SETTINGS, toPushSettings, type PushSettings } from './push/push-settings.ts';
import { createSettingReader, flagOptions, wholeNumber, type Environment } from './setting-definitions.ts';
import { SettingsError } from './settings-error.ts';
import { isPostgresAddress } from './storage/open.ts';

/** How this process runs; flags win over environment variables. */
export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where the data is: the path of a SQLite file, or a `postgres://` address. */
  readonly database: string;
  /** Where the nodes of one service meet; null for a node that is alone. */
  readonly redisUrl: string | null;
  /** Addresses and networks of the balancers before this node, whose word on a client's address counts. */
  readonly trustedProxies: readonly string[];
  readonly isDemo: boolean;
  /** Null only in a demo, which then keeps a generated one in its database. */
  readonly authSecret: string | null;
  /** Life of an access token. */
  readonly accessTokenSeconds: number;
  /** 0 switches the limit off. */
  readonly sendLimitPerMinute: number;
  /** 0 switches the limit off. */
  readonly readLimitPerMinute: number;
  /** What whoever asks for `/metrics` has to show; null when there is no such page. */
  readonly metricsToken: string | null;
  readonly logLevel: string;
  /** Null without credentials; then nothing is pushed. */
  readonly push: PushSettings | null;
}

const AUTH_SECRET_MIN_BITS = 256;
const DEFAULT_DATABASE_FILE = 'trainer-inbox-backend.db';

/** The settings that every command reads. */
export const DATABASE_SETTINGS = {
  DATABASE_URL: {
    flag: 'database',
    schema: z.string().min(1).default(DEFAULT_DATABASE_FILE),
    expected: 'the path of a SQLite file or a postgres:// address',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    expected: 'fatal, error, warn, info, debug, trace or silent',
  },
} as const;

function isAddressOrNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    more.length === 0 &&
    bits > 0 &&
    (length === undefined || (/^\d+$/.test(length) && Number(length) <= bits))
  );
}

/** All settings of the server. */
export const SERVER_SETTINGS = {
  HOST: { flag: 'host', schema: z.string().min(1).default('127.0.0.1'), expected: 'an address' },
  PORT: { flag: 'port', schema: wholeNumber(65_535).default(0), expected: 'a number from 0 to 65535' },
  ...DATABASE_SETTINGS,
  REDIS_URL: { flag: 'redis', schema: z.string().optional(), expected: 'a redis:// address' },
  DEMO: {
    flag: 'demo',
    isSwitch: true,
    schema: z
      .enum(['0', '1', ''])
      .default('0')
      .transform((value) => value === '1'),
    expected: '0 or 1',
  },
  AUTH_SECRET: { schema: z.string().optional(), expected: 'a text' },
  ACCESS_TOKEN_SECONDS: {
    schema: wholeNumber(86_400)
      .refine((value) => value > 0)
      .default(600),
    expected: 'a number of seconds from 1 to 86400',
  },
  SEND_LIMIT_PER_MINUTE: {
    schema: wholeNumber(1_000_000).default(SEND_LIMIT_PER_MINUTE),
    expected: 'a whole number, 0 for no limit',
  },
  READ_LIMIT_PER_MINUTE: {
    schema: wholeNumber(1_000_000).default(READ_LIMIT_PER_MINUTE),
    expected: 'a whole number, 0 for no limit',
  },
  TRUSTED_PROXIES: {
    schema: z
      .string()
      .default('')
      .transform((text) => text.split(',').flatMap((item) => item.trim() || []))
      .refine((items) => items.every(isAddressOrNetwork)),
    expected: 'addresses or networks such as 10.0.0.0/24, with commas between them',
  },
  METRICS_TOKEN: {
    schema: z
      .union([z.literal(''), z.string().regex(/^\S{16,}$/)])
      .optional()
      .transform((token) => token || null),
    expected: 'at least 16 characters without white space, or left out',
  },
  ...PUSH_SETTINGS,
} as const;

/** Bits of a secret; one written in hexadecimal has four to a character, not eight. */
function secretBits(secret: string): number {
  return /^[0-9a-f]+$/i.test(secret) ? secret.length * 4 : Buffer.byteLength(secret) * 8;
}

function checkSecret(secret: string | undefined, isDemo: boolean): string | null {
  if (secret === undefined || secret === '') {
    if (isDemo) return null;
    throw new SettingsError(
      'AUTH_SECRET is missing: set it to at least 256 random bits, or start with --demo.',
    );
  }
  if (secretBits(secret) < AUTH_SECRET_MIN_BITS) {
    throw new SettingsError(`AUTH_SECRET is too short: it needs at least ${AUTH_SECRET_MIN_BITS} bits.`);
  }
  return secret;
}

function checkDatabase(location: string): string {
  const isUsable = isPostgresAddress(location)
    ? URL.canParse(location)
    : !/^[a-z][a-z+]+:\/\//i.test(location) && location !== ':memory:';
  if (!isUsable) {
    throw new SettingsError('--database has to be the path of a SQLite file or a postgres:// address.');
  }
  return location;
}

function checkRedis(location: string | undefined, database: string): string | null {
  if (location === undefined || location === '') return null;
  if (!/^rediss?:\/\//i.test(location) || !URL.canParse(location)) {
    throw new SettingsError('--redis has to be a redis:// or rediss:// address.');
  }
  if (!isPostgresAddress(database)) {
    throw new SettingsError(
      '--redis is for several nodes, and those need PostgreSQL: give --database a postgres:// address, or leave --redis out.',
    );
  }
  return location;
}

/** What a command needs to reach the data. */
export type DatabaseSettings = Pick<Settings, 'database' | 'logLevel'>;

/**
 * Reads where the data is, for commands that do not serve.
 * @throws SettingsError
 */
export function readDatabaseSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
): DatabaseSettings {
  const read = createSettingReader(DATABASE_SETTINGS, flags, env);
  return { database: checkDatabase(read('DATABASE_URL')), logLevel: read('LOG_LEVEL') };
}

/**
 * Reads the flags and the environment of the server.
 * @throws SettingsError with one sentence that names the wrong setting, never its value.
 */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const { flags } = parseCommandLine(args, flagOptions(SERVER_SETTINGS));
  const read = createSettingReader(SERVER_SETTINGS, flags, env);
  const isDemo = read('DEMO');
  const databaseSettings = readDatabaseSettings(flags, env);
  return {
    ...databaseSettings,
    redisUrl: checkRedis(read('REDIS_URL'), databaseSettings.database),
    host: read('HOST'),
    port: read('PORT'),
    trustedProxies: read('TRUSTED_PROXIES'),
    isDemo,
    authSecret: checkSecret(read('AUTH_SECRET'), isDemo),
    accessTokenSeconds: read('ACCESS_TOKEN_SECONDS'),
    metricsToken: read('METRICS_TOKEN'),
    sendLimitPerMinute: read('SEND_LIMIT_PER_MINUTE'),
    readLimitPerMinute: read('READ_LIMIT_PER_MINUTE'),
    push: toPushSettings(read('FCM_CREDENTIALS'), read('FCM_ENDPOINT'), read('FCM_TIMEOUT_SECONDS')),
  };
}

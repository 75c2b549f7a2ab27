import { parseArgs } from 'node:util';
import { READ_LIMIT_PER_MINUTE, SEND_LIMIT_PER_MINUTE } from '../shared/limits.ts';
import { z } from '../shared/schema.ts';
import { SettingsError } from './settings-error.ts';

/** How this process runs; flags win over environment variables. */
export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Path of the SQLite file. */
  readonly databaseFile: string;
  readonly isDemo: boolean;
  /** Null only in a demo, which then keeps a generated one in its database. */
  readonly authSecret: string | null;
  /** Life of an access token. */
  readonly accessTokenSeconds: number;
  /** 0 switches the limit off. */
  readonly sendLimitPerMinute: number;
  /** 0 switches the limit off. */
  readonly readLimitPerMinute: number;
  readonly logLevel: string;
}

const AUTH_SECRET_MIN_BITS = 256;
const DEFAULT_DATABASE_FILE = 'trainer-inbox-backend.db';

const wholeNumber = (maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value <= maximum);

const schemas = {
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(65_535).default(0),
  DATABASE_URL: z.string().min(1).default(DEFAULT_DATABASE_FILE),
  REDIS_URL: z.string().optional(),
  DEMO: z
    .enum(['0', '1', ''])
    .default('0')
    .transform((value) => value === '1'),
  AUTH_SECRET: z.string().optional(),
  ACCESS_TOKEN_SECONDS: wholeNumber(86_400)
    .refine((value) => value > 0)
    .default(600),
  SEND_LIMIT_PER_MINUTE: wholeNumber(1_000_000).default(SEND_LIMIT_PER_MINUTE),
  READ_LIMIT_PER_MINUTE: wholeNumber(1_000_000).default(READ_LIMIT_PER_MINUTE),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
} as const;

type Name = keyof typeof schemas;

const EXPECTED: Readonly<Partial<Record<Name, string>>> = {
  PORT: 'a number from 0 to 65535',
  DEMO: '0 or 1',
  ACCESS_TOKEN_SECONDS: 'a number of seconds from 1 to 86400',
  SEND_LIMIT_PER_MINUTE: 'a whole number, 0 for no limit',
  READ_LIMIT_PER_MINUTE: 'a whole number, 0 for no limit',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent',
};

function readFlags(args: readonly string[]): Partial<Record<Name, string>> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        database: { type: 'string' },
        redis: { type: 'string' },
        demo: { type: 'boolean' },
      },
    });
    return {
      ...(values.host !== undefined && { HOST: values.host }),
      ...(values.port !== undefined && { PORT: values.port }),
      ...(values.database !== undefined && { DATABASE_URL: values.database }),
      ...(values.redis !== undefined && { REDIS_URL: values.redis }),
      ...(values.demo === true && { DEMO: '1' }),
    };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '') : '';
    throw new SettingsError(`${reason}; known are --host, --port, --database, --redis and --demo.`);
  }
}

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
  if (/^postgres(ql)?:/i.test(location)) {
    throw new SettingsError(
      'This version stores its data in SQLite: give --database a file, not a PostgreSQL address.',
    );
  }
  if (/^[a-z][a-z+]+:\/\//i.test(location) || location === ':memory:') {
    throw new SettingsError('--database has to be the path of a SQLite file.');
  }
  return location;
}

/**
 * Reads flags and environment.
 * @throws SettingsError with one sentence that names the wrong setting, never its value.
 */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const given: Partial<Record<string, string>> = { ...env, ...readFlags(args) };
  function read<N extends Name>(name: N): z.infer<(typeof schemas)[N]>;
  function read(name: Name): unknown {
    const parsed = schemas[name].safeParse(given[name]);
    if (parsed.success) return parsed.data;
    throw new SettingsError(`${name} has to be ${EXPECTED[name] ?? 'a text that is not empty'}.`);
  }
  if (read('REDIS_URL')) {
    throw new SettingsError('This version runs as a single node on SQLite: leave --redis and REDIS_URL out.');
  }
  const isDemo = read('DEMO');
  return {
    host: read('HOST'),
    port: read('PORT'),
    databaseFile: checkDatabase(read('DATABASE_URL')),
    isDemo,
    authSecret: checkSecret(read('AUTH_SECRET'), isDemo),
    accessTokenSeconds: read('ACCESS_TOKEN_SECONDS'),
    sendLimitPerMinute: read('SEND_LIMIT_PER_MINUTE'),
    readLimitPerMinute: read('READ_LIMIT_PER_MINUTE'),
    logLevel: read('LOG_LEVEL'),
  };
}

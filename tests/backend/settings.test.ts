import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings, SERVER_SETTINGS } from '../../backend/settings.ts';
import type { SettingDefinition } from '../../backend/setting-definitions.ts';
import { SettingsError } from '../../backend/settings-error.ts';

const SECRET = 'thirty-two bytes are 256 bits ok';

describe('settings', () => {
  it('have the defaults of the protocol', () => {
    expect(readSettings([], { AUTH_SECRET: SECRET })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      isDemo: false,
      authSecret: SECRET,
      accessTokenSeconds: 600,
      sendLimitPerMinute: 30,
      readLimitPerMinute: 300,
    });
  });

  it('are taken from flags before the environment', () => {
    const env = { HOST: '::1', PORT: 'not read', DATABASE_URL: 'not-read.db', DEMO: '1' };
    expect(readSettings(['--host', '0.0.0.0', '--port', '8080', '--database', 'a.db'], env)).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      database: 'a.db',
      isDemo: true,
      authSecret: null,
    });
  });

  it('have the balancers that are trusted', () => {
    const env = { DEMO: '1', TRUSTED_PROXIES: '10.0.0.0/24, ::1' };
    expect(readSettings([], env).trustedProxies).toEqual(['10.0.0.0/24', '::1']);
    expect(readSettings([], { DEMO: '1' }).trustedProxies).toEqual([]);
  });

  it.each([
    ['an unknown flag', ['--colour', 'red'], {}, /--colour/],
    ['a flag without its value', ['--port'], {}, /--port/],
    ['a port beyond the last', ['--port', '65536'], {}, /^PORT has to be a number from 0 to 65535\.$/],
    ['a port that is a word', ['--port', 'http'], {}, /^PORT /],
    ['a negative port', ['--port=-1'], {}, /^PORT /],
    ['no secret', [], {}, /^AUTH_SECRET is missing/],
    ['an empty secret', [], { AUTH_SECRET: '' }, /^AUTH_SECRET is missing/],
    ['a secret of 248 bits', [], { AUTH_SECRET: SECRET.slice(1) }, /^AUTH_SECRET is too short/],
    ['a short secret for a demo', ['--demo'], { AUTH_SECRET: 'short' }, /^AUTH_SECRET is too short/],
    ['128 bits in hexadecimal', [], { AUTH_SECRET: 'ab'.repeat(16) }, /^AUTH_SECRET is too short/],
    ['a PostgreSQL address that is none', ['--demo', '--database', 'postgres://localhost:x/'], {}, /SQLite/],
    ['another database', ['--demo', '--database', 'mysql://localhost/x'], {}, /SQLite/],
    ['a database in memory', ['--demo', '--database', ':memory:'], {}, /SQLite/],
    ['Redis on SQLite', ['--demo', '--redis', 'redis://localhost'], {}, /^--redis .* PostgreSQL/],
    ['Redis in the environment', ['--demo'], { REDIS_URL: 'redis://localhost' }, /^--redis .* PostgreSQL/],
    ['another store than Redis', ['--demo', '--redis', 'http://localhost'], {}, /^--redis has to be/],
    ['a limit that is no number', ['--demo'], { SEND_LIMIT_PER_MINUTE: 'many' }, /^SEND_LIMIT_PER_MINUTE /],
    ['a negative limit', ['--demo'], { READ_LIMIT_PER_MINUTE: '-1' }, /^READ_LIMIT_PER_MINUTE /],
    ['an access token without life', ['--demo'], { ACCESS_TOKEN_SECONDS: '0' }, /^ACCESS_TOKEN_SECONDS /],
    ['a proxy by its name', ['--demo'], { TRUSTED_PROXIES: 'balancer' }, /^TRUSTED_PROXIES /],
    ['a network too narrow', ['--demo'], { TRUSTED_PROXIES: '::1, 10.0.0.0/33' }, /^TRUSTED_PROXIES /],
    ['a short token for the metrics', ['--demo'], { METRICS_TOKEN: 'short-one' }, /^METRICS_TOKEN /],
    ['push credentials that are none', ['--demo'], { FCM_CREDENTIALS: '{}' }, /^FCM_CREDENTIALS /],
    ['a push server without TLS', ['--demo'], { FCM_ENDPOINT: 'http://example.com' }, /^FCM_ENDPOINT /],
    ['a push server of no time', ['--demo'], { FCM_TIMEOUT_SECONDS: '0' }, /^FCM_TIMEOUT_SECONDS /],
    ['an unknown log level', ['--demo'], { LOG_LEVEL: 'loud' }, /^LOG_LEVEL /],
  ])('refuse %s in one sentence without its value', (_what, args, env, sentence) => {
    expect(() => readSettings(args, env)).toThrow(SettingsError);
    expect(() => readSettings(args, env)).toThrow(sentence);
    expect(() => readSettings(args, env)).not.toThrow(/\n|localhost|short-|abab/);
  });

  it('are all in the table of docs/operating.md, with their flags', () => {
    const rows = readFileSync('docs/operating.md', 'utf8').split('\n');
    const documented = rows.flatMap((row) => {
      const [, flag = '', name] = /^\| (?:`--([a-z]+)`)? *\| `([A-Z_]+)(?:=1)?` +\|/.exec(row) ?? [];
      return name === undefined ? [] : [`${name} ${flag}`];
    });
    const known = Object.entries<SettingDefinition>(SERVER_SETTINGS).map(
      ([name, { flag = '' }]) => `${name} ${flag}`,
    );
    expect(documented.toSorted()).toEqual(known.toSorted());
  });
});

import { describe, expect, it } from 'vitest';
import { createSessionTokens } from '../../electron/session/tokens.ts';
import type { ClientError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { Tokens } from '../../shared/wire/rest.ts';
import { FakeClock } from './support/fake-clock.ts';

const MINUTE = 60_000;
const OFFLINE: ClientError = { code: 'unreachable' };
const OVER: ClientError = { code: 'session_ended' };

/** An access token that lives ten minutes, by a clock that is hours wrong. */
function accessToken(number: number): string {
  const claims = { iat: 1_000_000 + number, exp: 1_000_000 + number + 600 };
  return `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${number}`;
}

function setUp(accessAtStart: string | null = accessToken(0)) {
  const clock = new FakeClock();
  const log: string[] = [];
  const answers: ((answer: Result<Tokens, ClientError>) => void)[] = [];
  const tokens = createSessionTokens({
    accessToken: accessAtStart,
    refreshToken: 'refresh-0',
    clock,
    refresh: (token) => {
      log.push(`asked with ${token}`);
      return new Promise((resolve) => void answers.push(resolve));
    },
    save: (token) => void log.push(`saved ${token}`),
    onRenewed: (token) => void log.push(`renewed ${token.split('.')[2]}`),
    onEnded: ({ code }) => void log.push(`ended ${code}`),
  });
  const grant = (number: number): void => {
    const value = { accessToken: accessToken(number), refreshToken: `refresh-${number}` };
    answers.at(-1)?.({ ok: true, value });
  };
  const deny = (error: ClientError): void => answers.at(-1)?.({ ok: false, error });
  return { clock, log, tokens, grant, deny };
}

describe('the tokens of a session', () => {
  it('are renewed by themselves before they expire, whatever the server’s clock says', async () => {
    const { clock, log, grant } = setUp();
    await clock.advance(8 * MINUTE - 1);
    expect(log).toEqual([]);
    await clock.advance(1);
    grant(1);
    await clock.advance(8 * MINUTE);
    grant(2);
    await clock.advance(0);
    expect(log).toEqual([
      'asked with refresh-0',
      'saved refresh-1',
      'renewed 1',
      'asked with refresh-1',
      'saved refresh-2',
      'renewed 2',
    ]);
  });

  it('are fetched once for all who ask, also after a restart without an access token', async () => {
    const { log, tokens, grant } = setUp(null);
    const asked = [tokens.current(), tokens.renew('old'), tokens.current()];
    grant(1);
    for (const result of await Promise.all(asked))
      expect(result).toEqual({ ok: true, value: accessToken(1) });
    expect(log.filter((line) => line.startsWith('asked')).length).toBe(1);
  });

  it('are given without asking to one whose token was replaced meanwhile', async () => {
    const { log, tokens } = setUp();
    expect(await tokens.renew('older')).toEqual({ ok: true, value: accessToken(0) });
    expect(log).toEqual([]);
  });

  it('stay after a failure to renew, and are asked for again', async () => {
    const { log, tokens, grant, deny } = setUp();
    const first = tokens.renew(accessToken(0));
    deny(OFFLINE);
    expect(await first).toEqual({ ok: false, error: OFFLINE });
    const second = tokens.renew(accessToken(0));
    grant(1);
    expect(await second).toMatchObject({ ok: true });
    expect(log).not.toContain('ended session_ended');
  });

  it('end once, when the server says so, and are not asked for any more', async () => {
    const { log, tokens, deny } = setUp();
    const asked = [tokens.renew(accessToken(0)), tokens.renew(accessToken(0))];
    deny(OVER);
    await Promise.all(asked);
    expect(await tokens.current()).toMatchObject({ ok: false, error: { code: 'session_ended' } });
    expect(log).toEqual(['asked with refresh-0', 'ended session_ended']);
  });

  it('that come after the session was left are neither kept nor used', async () => {
    const { clock, log, tokens, grant } = setUp();
    const asked = tokens.renew(accessToken(0));
    tokens.stop();
    grant(1);
    expect(await asked).toMatchObject({ ok: false });
    await clock.advance(60 * MINUTE);
    expect(log).toEqual(['asked with refresh-0']);
  });
});

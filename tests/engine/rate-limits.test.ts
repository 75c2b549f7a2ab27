import { describe, expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import { createApi, type Api } from '../../electron/sync/api.ts';
import { EPOCH, uuid } from './support/builders.ts';
import { FakeClock } from './support/fake-clock.ts';

const LIMITED = '{"error":{"code":"rate_limited","message":"Slow down."}}';
const CURSOR = { epoch: EPOCH, feedSeq: 1 };
const MESSAGE = { clientMessageId: uuid(1), content: 'Hello' };

/** The API with a server that answers everything by 429. */
function limited(headers: Readonly<Record<string, string>>, body = LIMITED) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const token = async () => ok('token');
  const api: Api = createApi({
    origin: 'http://127.0.0.1:9',
    clock,
    tokens: { current: token, renew: token },
    fetch: async (input) => {
      asked.push(new URL(new Request(input).url).pathname.replace('/api/messaging/', ''));
      return new Response(body, { status: 429, headers });
    },
  });
  return { api, clock, asked };
}

async function secondsOf(answer: ReturnType<Api['send']>): Promise<number | undefined> {
  const result = await answer;
  if (result.ok) throw new Error('It was not refused.');
  expect(result.error.error.code).toBe('rate_limited');
  return result.error.error.retryAfterSeconds;
}

describe('the time that an answer of 429 asks to wait', () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    ['a number of seconds', { ...json, 'retry-after': '7' }, LIMITED, 7],
    ['a page of something in front of the server', { 'retry-after': '7' }, '<p>Too many requests', 7],
    [
      'a date',
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:07 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      '',
      7,
    ],
    ['no time at all', { ...json, 'retry-after': '0' }, LIMITED, 1],
    [
      'a date in the past',
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:29:00 GMT' },
      '',
      1,
    ],
    ['words', { ...json, 'retry-after': 'soon' }, LIMITED, 5],
    ['nothing said', json, LIMITED, 5],
  ])('is taken from %s', async (_, headers, body, seconds) => {
    const { api } = limited(headers, body);
    expect(await secondsOf(api.send(1, MESSAGE))).toBe(seconds);
  });

  it('holds for all that the app asks by itself, and not for messages, whose sender waits', async () => {
    const { api, clock, asked } = limited({ 'content-type': 'application/json', 'retry-after': '30' });
    await api.feed(CURSOR);
    await clock.advance(29_000);
    expect(await api.read(1, 2)).toMatchObject({ ok: false, error: { error: { retryAfterSeconds: 1 } } });
    await api.snapshot(null);
    expect(asked).toEqual(['feed']);
    await api.send(1, MESSAGE);
    expect(asked).toEqual(['feed', 'conversations/1/messages']);
    await clock.advance(1_000);
    await api.read(1, 2);
    expect(asked.at(-1)).toBe('conversations/1/read');
  });
});

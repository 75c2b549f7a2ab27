import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../electron/outbox/retry-policy.ts';
import { serverOrigin } from '../../electron/session/server-address.ts';
import { createPolling } from '../../electron/sync/polling.ts';
import { createTypingIndicators, createTypingThrottle } from '../../electron/sync/typing.ts';
import { FakeClock } from './support/fake-clock.ts';

describe('typing of the other person', () => {
  function setUp() {
    const clock = new FakeClock();
    const told: string[] = [];
    const typing = createTypingIndicators(
      clock,
      (peerId, isTyping) => void told.push(`${peerId} ${isTyping}`),
    );
    return { clock, told, typing };
  }

  it('goes away after three seconds of silence, and is told once while it goes on', async () => {
    const { clock, told, typing } = setUp();
    typing.set(7, true);
    await clock.advance(2_000);
    typing.set(7, true);
    await clock.advance(2_900);
    expect(told).toEqual(['7 true']);
    await clock.advance(200);
    expect(told).toEqual(['7 true', '7 false']);
  });

  it('ends at once by word or with the connection, for each person once', async () => {
    const { clock, told, typing } = setUp();
    typing.set(7, true);
    typing.set(8, true);
    typing.set(9, false);
    typing.set(7, false);
    typing.clear();
    await clock.advance(10_000);
    expect(told).toEqual(['7 true', '8 true', '7 false', '8 false']);
  });
});

describe('own typing', () => {
  it('is told at most once a second per conversation, its end always but only once', async () => {
    const clock = new FakeClock();
    const mayTell = createTypingThrottle(clock);
    expect([mayTell(1, true), mayTell(1, true), mayTell(2, true)]).toEqual([true, false, true]);
    await clock.advance(1_000);
    expect([mayTell(1, true), mayTell(1, false), mayTell(1, false)]).toEqual([true, true, false]);
  });
});

describe('polling', () => {
  function setUp() {
    const clock = new FakeClock();
    const answers: (() => void)[] = [];
    const poll = () => new Promise<void>((resolve) => void answers.push(resolve));
    return { clock, answers, polling: createPolling({ clock, random: () => 0.5, poll }) };
  }

  it('asks at once, then every ten seconds, one at a time, until stopped', async () => {
    const { clock, answers, polling } = setUp();
    polling.start();
    polling.start();
    expect(answers.length).toBe(1);
    await clock.advance(4_000);
    answers[0]?.();
    await clock.advance(5_999);
    expect(answers.length).toBe(1);
    await clock.advance(1);
    expect(answers.length).toBe(2);
    polling.stop();
    answers[1]?.();
    await clock.advance(60_000);
    expect(answers.length).toBe(2);
  });

  it('rests only a second when the answer took as long as the time between two requests', async () => {
    const { clock, answers, polling } = setUp();
    polling.start();
    await clock.advance(60_000);
    expect(answers.length).toBe(1);
    answers[0]?.();
    await clock.advance(999);
    expect(answers.length).toBe(1);
    await clock.advance(1);
    expect(answers.length).toBe(2);
  });

  it('when planned, asks for the first time after ten seconds, unless it is under way already', async () => {
    const { clock, answers, polling } = setUp();
    polling.plan();
    polling.plan();
    await clock.advance(9_999);
    expect(answers.length).toBe(0);
    await clock.advance(1);
    expect(answers.length).toBe(1);
  });
});

describe('waiting between attempts', () => {
  it('doubles from a second to a minute, and is never the same for everybody', () => {
    const delays = (random: number) => [1, 2, 3, 6, 7, 50].map((failures) => retryDelayMs(failures, random));
    expect(delays(0)).toEqual([800, 1_600, 3_200, 25_600, 48_000, 48_000]);
    expect(delays(1)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });
});

describe('a server address', () => {
  it.each([
    ['messages.example.com', 'https://messages.example.com'],
    ['https://messages.example.com/api/?x#y', 'https://messages.example.com'],
    ['HTTPS://Messages.Example.COM:8443/', 'https://messages.example.com:8443'],
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['[::1]:8080/', 'http://[::1]:8080'],
    ['https://localhost', 'https://localhost'],
    ['http://127.3.4.5:80', 'http://127.3.4.5'],
  ])('typed as "%s" means %s', (typed, origin) => {
    expect(serverOrigin(typed)).toEqual({ ok: true, value: origin });
  });
});

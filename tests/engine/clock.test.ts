/** A computer whose clock is wrong, or is set while the app runs: order, times and waiting stay right. */
import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { JumpingClock } from './support/jumping-clock.ts';
import { refusal, type ScriptedServer } from './support/scripted-server.ts';
import { live, PEER_ID, signedIn, write } from './support/signed-in.ts';

const DAY_MS = 86_400_000;
const isSend = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'POST' && path.endsWith('/messages');

/** Within what the `Date` header and the way can tell. */
function closeTo(ms: number): { asymmetricMatch(value: unknown): boolean } {
  return { asymmetricMatch: (value) => typeof value === 'number' && Math.abs(value - ms) < 3_500 };
}

const texts = ({ messages }: ScriptedServer) => messages.map(({ content }) => content);

describe.each([
  ['a day ahead', DAY_MS],
  ['a day behind', -DAY_MS],
])('a computer whose clock is %s', (_, offMs) => {
  it('knows the difference, and queues, sends and sorts as the server says (I6, K4)', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 1), new JumpingClock(offMs));
    expect(under.engine.view().connection.serverTimeOffsetMs).toEqual(closeTo(-offMs));
    under.enqueue(PEER_ID, 'mine');
    await waitFor('the message', () => server.messages.length === 2);
    write(server, 3);
    await under.told('message.upserted', ({ message }) => message.content === 'text 3');
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'mine', 'text 3']);
    expect(Math.abs(Date.parse(under.conversation(PEER_ID)?.preview?.at ?? '') - Date.now())).toBeLessThan(
      60_000,
    );
  });
});

describe.each([
  ['ahead', DAY_MS],
  ['back', -DAY_MS],
])('a clock that is set %s by a day while the app runs', (_, jumpMs) => {
  it('is noticed by itself, and the difference to the server is right again', async () => {
    const clock = new JumpingClock();
    const { under } = await signedIn(undefined, clock);
    const from = under.batches.all.length;
    clock.jump(jumpMs);
    await under.told(
      'connection.changed',
      ({ connection }) => Math.abs(connection.serverTimeOffsetMs + jumpMs) < 3_500,
      from,
    );
    await live(under);
  });

  it('neither shortens nor lengthens the pause that the server asked for, and its end is shown by the new time', async () => {
    const clock = new JumpingClock();
    const { server, under } = await signedIn(undefined, clock);
    let isFirst = true;
    const sends: number[] = [];
    server.script = (request) => {
      if (!isSend(request)) return null;
      sends.push(performance.now());
      if (!isFirst) return null;
      isFirst = false;
      return refusal(429, 'rate_limited', { 'retry-after': '3' });
    };
    under.enqueue(PEER_ID, 'first');
    under.enqueue(PEER_ID, 'second');
    await under.told('connection.changed', ({ connection }) => connection.sendPausedUntil !== null);
    clock.jump(jumpMs);
    under.engine.onResume();
    const shownMs = Date.parse(under.engine.view().connection.sendPausedUntil ?? '') - clock.now();
    expect(shownMs).toBeGreaterThan(0);
    expect(shownMs).toBeLessThanOrEqual(3_000);
    await waitFor('both messages', () => server.messages.length === 2);
    expect(texts(server)).toEqual(['first', 'second']);
    const waited = (sends[1] ?? 0) - (sends[0] ?? 0);
    // Timers of Node may fire a millisecond early by the clock that we read.
    expect(waited).toBeGreaterThan(2_990);
  });

  it('leaves the waiting after a failure as it was', async () => {
    const clock = new JumpingClock();
    const { server, under } = await signedIn(undefined, clock);
    const sends: number[] = [];
    server.script = (request) => {
      if (!isSend(request)) return null;
      sends.push(performance.now());
      return sends.length === 1 ? refusal(503, 'unavailable') : null;
    };
    under.enqueue(PEER_ID, 'again');
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');
    clock.jump(jumpMs);
    await waitFor('the message', () => server.messages.length === 1);
    const waited = (sends[1] ?? 0) - (sends[0] ?? 0);
    expect(waited).toBeGreaterThan(790);
  });
});

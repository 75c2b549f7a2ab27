/** Coming back to 10,000 missed messages with 500 of one's own unsent: engine and backend in plain Node. */
import { beAway, type Return } from '../tests/harness/long-absence.ts';
import { summarise, type Measurement } from './stats.ts';

const HOW =
  'engine in a process of its own, 10,000 messages missed in 10 conversations, 500 unsent to 5 people';

/** Lets the client come back `runs` times by the feed and as often by a snapshot. */
export async function measureLongAbsence(runs: number): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const isExpired of [false, true]) {
    const returns: Return[] = [];
    for (let run = 0; run < runs; run += 1) {
      const away = await beAway({ missed: 10_000, conversations: 10, unsent: 500, recipients: 5, isExpired });
      try {
        returns.push(await away.comeBack());
      } finally {
        await away.dispose();
      }
    }
    const way = isExpired ? 'snapshot' : 'feed';
    const of = (name: string, how: string, pick: (one: Return) => number) =>
      summarise(`long absence (${way}): ${name}`, `${HOW}; ${how}`, returns.map(pick));
    measurements.push(
      of('all settled', 'start to everything shown and sent', ({ settledMs }) => settledMs),
      of('longest gap', 'longest between two looks of a 1 ms timer', ({ longestMs }) => longestMs),
      of('longest task', 'the same in processor time of the thread', ({ longestBusyMs }) => longestBusyMs),
    );
  }
  return measurements;
}

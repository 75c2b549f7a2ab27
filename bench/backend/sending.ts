/** What a send costs: alone, beside 15 others, and with a thousand times as many messages stored. */
import { v7 } from 'uuid';
import { summarise, type Measurement } from '../stats.ts';
import type { Effort } from './effort.ts';
import type { BareInserts, Relay } from './limits.ts';
import type { Site } from './site.ts';
import { perSecond, timeInTurn } from './stopwatch.ts';
import { pairOf, type Pair } from './world.ts';

const TEXT = 'Same time on Friday? Bring the belt, we go heavy.';
const SENDERS = 16;
/** One trainee of this trainer writes alone. */
const LONELY_TRAINER = 18;
/** Sixteen trainees write to this one; the sixteen pairs are of the trainers before. */
const BUSY_TRAINER = 17;

/** Sends one message as the pair's trainee, under this id. */
export async function send(site: Site, pair: Pair, clientMessageId = v7()): Promise<void> {
  const path = `/messaging/conversations/${pair.conversationId}/messages`;
  await site.http.call('POST', path, await site.tokenOf(pair.traineeId), { clientMessageId, content: TEXT });
}

/** Sequential sends on both worlds, in turn with the machine's own limits, so that all meet the same weather. */
export async function measureSendLatency(
  large: Site,
  small: Site,
  limits: { readonly inserts: BareInserts; readonly relay: Relay },
  effort: Effort,
): Promise<readonly Measurement[]> {
  const pair = pairOf(LONELY_TRAINER, 0);
  const [insert = [], relay = [], few = [], many = []] = await timeInTurn(
    [
      () => limits.inserts.one(),
      () => limits.relay.roundTrip(),
      () => send(small, pair),
      () => send(large, pair),
    ],
    effort,
  );
  const bareInsert = summarise(
    'limit: bare INSERT',
    'one row with a unique key in its own durable commit, in turn with the sends',
    insert,
  );
  const sentToFew = summarise(
    'send, 1,000 stored',
    'POST to its answer, one after the other, in the database with few messages',
    few,
  );
  return [
    bareInsert,
    summarise(
      'limit: Socket.IO relay',
      'emit of one client to the event of another through a bare server, in turn with the sends',
      relay,
    ),
    sentToFew,
    summarise('send', 'POST to its answer, one after the other', many, {
      baseline: bareInsert,
      target: { atMost: 2.6 },
    }),
    summarise('send, 1,000,000 stored', 'the same samples', many, { baseline: sentToFew }),
  ];
}

/** Sends of sixteen people at once, beside bare commits of as many connections. */
export async function measureSendThroughput(
  site: Site,
  inserts: BareInserts,
  effort: Effort,
): Promise<readonly Measurement[]> {
  const ownTrainers = Array.from({ length: SENDERS }, (_, index) => pairOf(index + 1, 0));
  const oneTrainer = Array.from({ length: SENDERS }, (_, index) => pairOf(BUSY_TRAINER, index));
  const sendAs = (pairs: readonly Pair[]) => async (lane: number) => {
    const pair = pairs[lane];
    if (pair) await send(site, pair);
  };
  const rates = { one: [] as number[], many: [] as number[], own: [] as number[], same: [] as number[] };
  for (let round = 0; round < effort.throughputRounds; round += 1) {
    const { roundSeconds: seconds } = effort;
    rates.one.push(await inserts.rate(1, seconds));
    rates.many.push(await inserts.rate(SENDERS, seconds));
    rates.own.push(await perSecond(SENDERS, seconds, sendAs(ownTrainers)));
    rates.same.push(await perSecond(SENDERS, seconds, sendAs(oneTrainer)));
  }
  const how = `${effort.roundSeconds} s each, in turn`;
  const rate = (name: string, text: string, samples: readonly number[], atLeast?: number) =>
    summarise(name, `${text}; ${how}`, samples, {
      unit: '1/s',
      ...(atLeast !== undefined && { target: { atLeast } }),
    });
  return [
    rate('limit: bare INSERTs, 1 connection', 'one row a commit', rates.one),
    rate(
      'limit: bare INSERTs, 16 at once',
      'one row a commit, 16 connections where there can be',
      rates.many,
    ),
    rate(
      'sends, 16 senders',
      'trainees of 16 trainers, each its next when the last is answered',
      rates.own,
      670,
    ),
    rate('sends, 16 senders, one trainer', 'the same for 16 trainees of one trainer', rates.same),
  ];
}

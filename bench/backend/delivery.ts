/** How fast a message reaches another person's socket, alone and beside 2,000 others. */
import { v7 } from 'uuid';
import { summarise, type Measurement } from '../stats.ts';
import type { Effort } from './effort.ts';
import { send } from './sending.ts';
import type { Site } from './site.ts';
import type { LiveSocket } from './load.ts';
import { timed } from './stopwatch.ts';
import { everybody, pairOf, type Pair } from './world.ts';

/** A pair that nobody else measures with. */
const PAIR = pairOf(19, 0);
/** So many sockets are on their way in at the same time. */
const ENTRANCES = 50;

/** Milliseconds from each POST to its event on the trainer's socket, one after the other. */
async function timeDeliveries(site: Site, pair: Pair, socket: LiveSocket, count: number): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const clientMessageId = v7();
    const arrival = socket.arrivalOf(clientMessageId);
    const from = performance.now();
    const [at] = await Promise.all([arrival, send(site, pair, clientMessageId)]);
    samples.push(at - from);
  }
  return samples;
}

/** Delivery with one socket open. */
export async function measureDelivery(
  site: Site,
  relay: Measurement | undefined,
  effort: Effort,
): Promise<readonly Measurement[]> {
  const socket = await site.connect(PAIR.trainerId);
  try {
    await timeDeliveries(site, PAIR, socket, effort.warmUp);
    const samples = await timeDeliveries(site, PAIR, socket, effort.deliveries);
    return [
      summarise('delivery', 'start of the POST to the event on the other’s socket', samples, {
        target: { atMost: 2.1 },
        ...(relay && { baseline: relay }),
      }),
    ];
  } finally {
    socket.close();
  }
}

/** Lets everybody in, and measures delivery among them. */
export async function measureCrowd(site: Site, effort: Effort): Promise<readonly Measurement[]> {
  const others = everybody()
    .filter((userId) => userId !== PAIR.trainerId)
    .slice(0, effort.sockets - 1);
  const sockets: LiveSocket[] = [];
  const memoryBefore = site.memory();
  const own = await site.connect(PAIR.trainerId);
  try {
    const entering = others[Symbol.iterator]();
    const connectMs = await timed(() =>
      Promise.all(
        Array.from({ length: ENTRANCES }, async () => {
          for (const userId of entering) sockets.push(await site.connect(userId));
        }),
      ),
    );
    const memory = site.memory() - memoryBefore;
    const samples = await timeDeliveries(site, PAIR, own, effort.deliveries);
    const count = sockets.length + 1;
    return [
      summarise(`${count} sockets: all in`, `${ENTRANCES} at a time, each until its hello`, [connectMs]),
      summarise(`${count} sockets: memory`, 'resident memory of the backend, after less before', [memory], {
        unit: 'MiB',
      }),
      summarise(
        `${count} sockets: delivery`,
        'start of the POST to the event on the other’s socket',
        samples,
      ),
    ];
  } finally {
    for (const socket of [own, ...sockets]) socket.close();
  }
}

/** Plays one scenario: both sides write while the network is bad, then everything has to come out equal. */
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../../electron/engine-api.ts';
import type { Conversation, Message } from '../../../shared/wire/entities.ts';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { TraineeClient } from '../../harness/trainee-client.ts';
import { waitFor } from '../../harness/wait.ts';
import { enterAsTrainer, write, type Entered } from './app.ts';
import { lasting } from './network.ts';
import type { Begin } from './scenarios.ts';

/** Those with whom the trainer talks meanwhile. */
const TRAINEES = ['maya@demo.test', 'liam@demo.test'] as const;
/** The shortest fault, and what it may last longer, in milliseconds. */
const FAULT_MS = { atLeast: 2_000, more: 2_000 } as const;
const TRAINER_WRITES = 12;
const TRAINEE_WRITES = 6;
/** How long after healing everything has to be equal, in milliseconds. */
const CONVERGENCE_MS = 20_000;

/** One conversation as everybody who takes part has it. */
interface Sides {
  /** What the server stores since the scenario began. */
  readonly server: readonly Message[];
  /** What the trainer's app shows. */
  readonly app: readonly Message[];
  /** The trainer's messages as the trainee got them, one by one. */
  readonly receivedByTrainee: readonly string[];
  readonly queuedByTrainer: readonly string[];
  readonly writtenByTrainee: readonly string[];
}

/** What came out. */
export interface Outcome {
  /** Milliseconds from healing to convergence; null when that took longer than it may. */
  readonly convergedMs: number | null;
  readonly sides: readonly Sides[];
  /** Rows of the trainer's conversation list, and the server's view of the same. */
  readonly rows: { readonly app: readonly Row[]; readonly server: readonly Row[] };
  readonly phase: string;
  readonly waiting: number;
  readonly sockets: number;
}

/** What both lists of conversations tell. */
type Row = Pick<Conversation, 'id' | 'lastSeq' | 'readSeq' | 'peerReadSeq' | 'unreadCount'>;

interface Talk {
  readonly trainee: TraineeClient;
  readonly conversationId: number;
  readonly firstSeq: number;
  readonly queued: string[];
  readonly written: string[];
}

/** The trainer writes to this trainee. */
function writeTo({ trainee, queued }: Talk, engine: Engine): void {
  queued.push(write(engine, trainee.user.id, `Jordan ${queued.length + 1}`));
}

/** The trainer has seen everything that is there. */
function readAll({ engine, rows }: Entered): void {
  for (const { peerId, lastSeq } of rows()) {
    if (lastSeq > 0) void engine.handlers['read.mark']({ peerId, upToSeq: lastSeq });
  }
}

/** Messages of one thread in the app, from `firstSeq` on, ascending. */
async function shown(engine: Engine, { trainee, firstSeq }: Talk): Promise<readonly Message[]> {
  const messages: Message[] = [];
  let beforeSeq: number | null = null;
  for (;;) {
    const page = await engine.handlers['messages.page']({ peerId: trainee.user.id, beforeSeq });
    if (!page.ok || page.value.error !== null) return messages;
    messages.unshift(...page.value.items);
    const oldest: number = page.value.items[0]?.seq ?? 0;
    if (oldest <= firstSeq) return messages.filter(({ seq }) => seq >= firstSeq);
    beforeSeq = oldest;
  }
}

/** At seeded moments within `ms`, does `task` `times` times, one after the other. */
async function atRandomMoments(
  random: SeededRandom,
  ms: number,
  times: number,
  task: () => void | Promise<unknown>,
): Promise<void> {
  const begun = performance.now();
  const moments = Array.from({ length: times }, () => random.next() * ms).toSorted((a, b) => a - b);
  for (const moment of moments) {
    await lasting(Math.max(0, begun + moment - performance.now()));
    await task();
  }
}

/** Both sides write and read for a while. */
async function talkFor(ms: number, app: Entered, talks: readonly Talk[]): Promise<void> {
  const { engine, random } = app;
  await Promise.all([
    ...talks.flatMap((talk) => [
      atRandomMoments(random, ms, TRAINER_WRITES, () => writeTo(talk, engine)),
      atRandomMoments(random, ms, TRAINEE_WRITES, () => {
        const content = `Trainee ${talk.written.length + 1}`;
        talk.written.push(content);
        return talk.trainee.sendUntilStored(talk.conversationId, content);
      }),
    ]),
    atRandomMoments(random, ms, 3, () => readAll(app)),
  ]);
  readAll(app);
}

function comparable(rows: readonly Row[]): readonly Row[] {
  return rows
    .map(({ id, lastSeq, readSeq, peerReadSeq, unreadCount }) => ({
      id,
      lastSeq,
      readSeq,
      peerReadSeq,
      unreadCount,
    }))
    .toSorted((a, b) => a.id - b.id);
}

async function look(app: Entered, talks: readonly Talk[]): Promise<Omit<Outcome, 'convergedMs'>> {
  const { engine, network, witness } = app;
  const { phase, waitingCount } = engine.view().connection;
  const sides = await Promise.all(
    talks.map(async (talk) => ({
      server: (await witness.messages(talk.conversationId)).filter(({ seq }) => seq >= talk.firstSeq),
      app: await shown(engine, talk),
      receivedByTrainee: talk.trainee.feed.all.flatMap((event) =>
        event.type === 'message.created' && event.message.senderId !== talk.trainee.user.id
          ? [event.message.content]
          : [],
      ),
      queuedByTrainer: talk.queued,
      writtenByTrainee: talk.written,
    })),
  );
  const rows = app
    .rows()
    .flatMap((row) => (row.conversationId === null ? [] : [{ ...row, id: row.conversationId }]));
  return {
    sides,
    rows: { app: comparable(rows), server: comparable(await witness.conversations()) },
    phase,
    waiting: waitingCount,
    sockets: network.proxy.liveSockets(),
  };
}

/** A cheap sign that it is worth to look. */
function isQuiet({ engine, network }: Entered): boolean {
  const { phase, waitingCount } = engine.view().connection;
  return phase === 'live' && waitingCount === 0 && network.proxy.liveSockets() === 1;
}

/** True when everybody has the same, everything that was written is there, and one socket is open. */
function isEqualEverywhere({ sides, rows, phase, waiting, sockets }: Omit<Outcome, 'convergedMs'>): boolean {
  return (
    phase === 'live' &&
    waiting === 0 &&
    sockets === 1 &&
    isDeepStrictEqual(rows.app, rows.server) &&
    sides.every(
      ({ server, app, receivedByTrainee, queuedByTrainer, writtenByTrainee }) =>
        isDeepStrictEqual(app, server) &&
        receivedByTrainee.length >= queuedByTrainer.length &&
        server.length >= queuedByTrainer.length + writtenByTrainee.length,
    )
  );
}

/**
 * Plays a scenario against the backend at `serverUrl`, which nobody else uses meanwhile. After the healing everything
 * has to be equal within `convergenceMs`.
 */
export async function play(
  begin: Begin,
  seed: number,
  serverUrl: string,
  convergenceMs: number = CONVERGENCE_MS,
): Promise<Outcome> {
  const app = await enterAsTrainer(serverUrl, seed);
  const { engine, network, random } = app;
  const trainees: TraineeClient[] = [];
  try {
    for (const email of TRAINEES) trainees.push(await TraineeClient.online(serverUrl, email));
    const talks = await Promise.all(
      trainees.map(async (trainee): Promise<Talk> => {
        const { id, lastSeq } = await trainee.conversationWith('Jordan Reyes');
        return { trainee, conversationId: id, firstSeq: lastSeq + 1, queued: [], written: [] };
      }),
    );
    // Several at once, so that connections are kept alive for the fault to strike.
    for (const talk of talks) writeTo(talk, engine);
    await waitFor('the first messages to be sent', () => engine.view().connection.waitingCount === 0);

    const heal = begin(network);
    await talkFor(FAULT_MS.atLeast + random.below(FAULT_MS.more), app, talks);
    await heal();
    const healedAt = performance.now();
    for (;;) {
      const isLate = performance.now() - healedAt > convergenceMs;
      if (isLate || isQuiet(app)) {
        const found = await look(app, talks).catch((error: unknown) => {
          // A server that was in trouble itself may still be, for a moment.
          if (isLate) throw error;
          return null;
        });
        if (found && isEqualEverywhere(found)) return { ...found, convergedMs: performance.now() - healedAt };
        if (found && isLate) return { ...found, convergedMs: null };
      }
      await lasting(100);
    }
  } finally {
    for (const trainee of trainees) trainee.disconnect();
    await app.leave();
  }
}

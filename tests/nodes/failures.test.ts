import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type Service } from '../harness/service.ts';
import { TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';
import { lasting } from '../network/support/network.ts';
import { play } from '../network/support/play.ts';
import { nodeSeeds } from '../network/support/settings.ts';
import { expectConvergence } from '../network/support/verdict.ts';

/** Processes that die and start again on a busy machine, and the time to converge. */
const PATIENCE_MS = 120_000;
/** Without Redis other nodes' events are found at the next `head`, 25 s apart. */
const WITHOUT_REDIS_MS = 35_000;
const NO_LIMITS = { SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' };
/** How long a part is away at least, in milliseconds. */
const OUTAGE_MS = 1_500;
/** Between two messages of one person, in milliseconds. */
const PAUSE_MS = 40;

let service: Service;
beforeAll(async () => {
  service = await startService(2, NO_LIMITS);
}, PATIENCE_MS);
afterAll(() => service.dispose(), PATIENCE_MS);

/** Something that happens to the service, and how it ends. */
interface Failure {
  strike(): Promise<unknown>;
  mend(): Promise<unknown>;
  readonly convergenceMs?: number;
}

async function killInTurn(): Promise<void> {
  for (const node of service.nodes) {
    await node.kill();
    await node.start();
  }
}

const nothing = () => Promise.resolve();
const failures: Readonly<Record<string, Failure>> = {
  'nodes killed one after the other': { strike: killInTurn, mend: nothing },
  'Redis killed': { strike: () => service.redis.kill(), mend: () => service.redis.start() },
  'PostgreSQL killed': { strike: () => service.postgres.kill(), mend: () => service.postgres.start() },
  'everything killed at once': {
    strike: () =>
      Promise.all([
        ...service.nodes.map((node) => node.kill()),
        service.redis.kill(),
        service.postgres.kill(),
      ]),
    async mend() {
      await Promise.all([service.redis.start(), service.postgres.start()]);
      await Promise.all(service.nodes.map((node) => node.start()));
    },
  },
  'Redis killed for good': {
    strike: () => service.redis.kill(),
    mend: nothing,
    convergenceMs: WITHOUT_REDIS_MS,
  },
};

const cases = nodeSeeds.flatMap((seed) =>
  Object.entries(failures).map(([name, failure]) => ({ name, seed, failure })),
);

describe('a service of two nodes', () => {
  it(
    'fails no send while its nodes are restarted one after the other',
    { timeout: PATIENCE_MS },
    async () => {
      const people = await Promise.all(
        ['maya', 'liam'].map((name) => TraineeClient.online(service.url, `${name}@demo.test`)),
      );
      const jordan = await TraineeClient.online(service.url, 'trainer@demo.test');
      const over = new AbortController();
      const writing = people.map(async (person) => {
        const { id, lastSeq } = await person.conversationWith('Jordan Reyes');
        const texts: string[] = [];
        while (!over.signal.aborted) {
          texts.push(`${person.user.name} ${texts.length + 1}`);
          await person.send(id, texts.at(-1) ?? '');
          await lasting(PAUSE_MS);
        }
        return { person, texts, stored: (await person.messages(id)).filter(({ seq }) => seq > lastSeq) };
      });
      const exitCodes: (number | null)[] = [];
      try {
        for (const node of service.nodes) {
          exitCodes.push(await node.stop());
          await node.start();
        }
      } finally {
        over.abort();
      }
      for (const { person, texts, stored } of await Promise.all(writing)) {
        expect(texts.length).toBeGreaterThan(20);
        expect(stored.map(({ content }) => content)).toEqual(texts);
        await waitFor('the trainer to have it all', () => {
          const told = jordan.feed.all.flatMap((event) =>
            event.type === 'message.created' && event.message.senderId === person.user.id
              ? [event.message.content]
              : [],
          );
          return told.join() === texts.join();
        });
      }
      expect(exitCodes).toEqual([0, 0]);
      for (const person of [...people, jordan]) person.disconnect();
    },
  );

  it.each(cases)(
    'loses nothing with $name (seed $seed)',
    { timeout: PATIENCE_MS },
    async ({ failure, seed }) => {
      try {
        // Mended while people still write: they go on until each of their messages is stored.
        const begin = (): (() => Promise<void>) => {
          const mended = (async () => {
            await failure.strike();
            await lasting(OUTAGE_MS);
            await failure.mend();
          })();
          return () => mended;
        };
        const outcome = await play(begin, seed, service.url, failure.convergenceMs);
        const milliseconds = expectConvergence(outcome);
        process.stdout.write(`Equal ${(milliseconds / 1_000).toFixed(1)} s after.\n`);
      } finally {
        await service.redis.start();
      }
    },
  );
});

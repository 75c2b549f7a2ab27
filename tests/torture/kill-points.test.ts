import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine-api.ts';
import type { Backend } from '../harness/backend.ts';
import { partsOfThisFile } from '../harness/scenario.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';
import { bundleEngineLife } from './support/life-bundle.ts';
import { messagesOfLife } from './support/life-plan.ts';
import { createRealEngine, isSettled, signInTrainer } from './support/real-engine.ts';
import { settings } from './support/settings.ts';
import {
  countCalls,
  killAt,
  type KillPoint,
  type Program,
  spreadPoints,
} from './support/system-call-kills.ts';

/** Lives that are run side by side, as devices of the same trainer. */
const LANES = 2;
/** Pages in which the messages of a life are looked for; the other lanes write to the same people. */
const PAGES = 5;

/** A life that was ended by a kill. */
interface Death {
  /** What the texts of this life begin with. */
  readonly label: string;
  readonly point: KillPoint;
  /** Texts whose queueing was answered before the end. */
  readonly queued: readonly string[];
}

/** What became of one profile: it died, perhaps once more when it was started again, and was recovered. */
interface Victim {
  readonly deaths: readonly Death[];
  /** By person, the texts that the app shows in the end. */
  readonly shown: readonly (readonly string[])[];
  readonly problems: readonly string[];
}

/** A life that is about to be lived, and what is heard of it. */
interface Life {
  readonly program: Program;
  readonly queued: readonly string[];
  /** Settles when nobody writes to this life any more. */
  readonly answered: () => Promise<unknown>;
}

describe('the engine killed at a system call', () => {
  const parts = partsOfThisFile();
  let bundle: string;
  let folder: string;
  let backend: Backend;
  let trainees: readonly [TraineeClient, TraineeClient];

  beforeAll(async () => {
    folder = parts.keep(mkdtempSync(path.join(tmpdir(), 'trainer-inbox-kills-')), (made) =>
      rmSync(made, { recursive: true, force: true }),
    );
    backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    trainees = [
      await TraineeClient.signIn(backend.url, 'maya@demo.test'),
      await TraineeClient.signIn(backend.url, 'liam@demo.test'),
    ];
    bundle = await bundleEngineLife();
  });

  const peerIds = (): [number, number] => [trainees[0].user.id, trainees[1].user.id];

  async function prepareLife(dataDir: string, label: string): Promise<Life> {
    const { fromTrainee } = messagesOfLife({ label, peerIds: peerIds() });
    const plan = { dataDir, server: backend.url, label, peerIds: peerIds() };
    const { id } = await trainees[0].conversationWith('Jordan Reyes');
    const queued: string[] = [];
    let answered: Promise<unknown> = Promise.resolve();
    return {
      program: {
        args: [bundle, JSON.stringify(plan)],
        onLine: (line, child) => {
          if (line.startsWith('queued ')) queued.push(line.slice('queued '.length));
          if (line !== 'closed') return;
          answered = trainees[0].send(id, fromTrainee.text).then(() => child.stdin?.write('go on\n'));
        },
      },
      queued,
      answered: () => answered,
    };
  }

  /** Lives in this profile until it is killed there; null when it came to its end before that. */
  async function dieAt(point: KillPoint, dataDir: string): Promise<Death | null> {
    const label = `${point.call} ${point.nth} ${crypto.randomUUID().slice(0, 8)}`;
    const { program, queued, answered } = await prepareLife(dataDir, label);
    const wasKilled = await killAt(point, program);
    await answered();
    return wasKilled ? { label, point, queued } : null;
  }

  /** Makes a profile die at the first point, and when it comes back at the second, if there is one. */
  async function torture(first: KillPoint, second: KillPoint | null): Promise<Victim> {
    const dataDir = mkdtempSync(path.join(folder, 'profile-'));
    // A run may make fewer calls than the one in which they were counted: then an earlier one has to do.
    for (let { nth } = first; nth > 0; nth = Math.floor(nth * 0.9)) {
      const death = await dieAt({ ...first, nth }, dataDir);
      if (death) {
        const again = second && (await dieAt(second, dataDir));
        const deaths = again ? [death, again] : [death];
        return { deaths, ...(await recover(dataDir, deaths)) };
      }
      rmSync(dataDir, { recursive: true });
    }
    throw new Error(`No run was killed at ${first.call}.`);
  }

  /** Starts the app again on what the killed one left, and looks at it when everything is sent. */
  async function recover(
    dataDir: string,
    deaths: readonly Death[],
  ): Promise<Pick<Victim, 'shown' | 'problems'>> {
    const problems: string[] = [];
    const engine = createRealEngine(dataDir, (event) => {
      if (/^storage\.(?!slow_query)/.test(event)) problems.push(event);
    });
    try {
      engine.start();
      if (engine.view().session === null) await signInTrainer(engine, backend.url);
      await waitFor(`"${deaths[0]?.label}" to settle`, () => isSettled(engine), 30_000);
      const { storageProblem } = engine.view();
      if (storageProblem) problems.push(storageProblem.code);
      const shown = await Promise.all(
        peerIds().map(async (peerId) => textsOf(deaths, await newestTexts(engine, peerId))),
      );
      return { shown, problems };
    } finally {
      engine.stop();
      problems.push(...damageIn(dataDir));
      rmSync(dataDir, { recursive: true });
    }
  }

  it(
    `loses nothing, doubles nothing and keeps the order, at ${settings.points} points of its life`,
    async () => {
      const traceFolder = path.join(folder, 'trace');
      mkdirSync(traceFolder);
      const wholeLife = await prepareLife(path.join(folder, 'whole-life'), 'whole life');
      const counts = await countCalls(wholeLife.program, traceFolder);
      const random = seededRandom(settings.seed);
      const points = spreadPoints(counts, settings.points, random);
      const plans = points.map((first) => ({
        first,
        second: random.next() < 0.25 ? random.pick(points) : null,
      }));
      const victims: Victim[] = [];
      const lane = async () => {
        for (let plan = plans.pop(); plan; plan = plans.pop())
          victims.push(await torture(plan.first, plan.second));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(victims).toHaveLength(settings.points);

      const stored = await Promise.all(
        trainees.map(async (trainee) => trainee.texts((await trainee.conversationWith('Jordan Reyes')).id)),
      );
      const wrong = victims.flatMap((victim) => {
        const storedTexts = stored.map((texts) => textsOf(victim.deaths, texts));
        const problems = problemsOf(victim, storedTexts);
        return problems.length === 0 ? [] : [{ ...victim, storedTexts, problems }];
      });
      expect(wrong, `seed ${settings.seed}`).toEqual([]);
      // Kills that all came before or after the sending would prove nothing.
      const lengths = victims.flatMap(({ deaths }) => deaths.map(({ queued }) => queued.length));
      expect(new Set(lengths).size).toBeGreaterThan(2);
    },
    settings.patienceMs,
  );

  /** What is wrong with a victim, by what the server stored of its lives for each person. */
  function problemsOf({ deaths, shown, problems }: Victim, stored: readonly (readonly string[])[]): string[] {
    const found = [...problems];
    if (JSON.stringify(shown) !== JSON.stringify(stored)) found.push('the app shows something else');
    const lives = deaths.map(({ label }) => messagesOfLife({ label, peerIds: peerIds() }));
    const answers = lives.map(({ fromTrainee }) => fromTrainee.text);
    const own = stored.map((texts) => texts.filter((text) => !answers.includes(text)));
    for (const [index, peerId] of peerIds().entries()) {
      // Of each life the first messages to this person, as many as there are, after those of the life before.
      const inOrder = lives.flatMap(({ beforeRestart, afterRestart }) => {
        const written = [...beforeRestart, ...afterRestart].filter((message) => message.peerId === peerId);
        const count = written.filter(({ text }) => own[index]?.includes(text)).length;
        return written.slice(0, count).map(({ text }) => text);
      });
      if (JSON.stringify(own[index]) !== JSON.stringify(inOrder)) found.push('doubled or out of order');
    }
    const queued = deaths.flatMap((death) => death.queued);
    if (!queued.every((text) => own.flat().includes(text))) found.push('lost');
    // The one under way when an end came may have been queued without an answer; no later one.
    if (own.flat().length > queued.length + deaths.length) found.push('sent without being queued');
    return found;
  }
});

/** Those of the texts that belong to these lives. */
function textsOf(deaths: readonly Death[], texts: readonly string[]): string[] {
  return texts.filter((text) => deaths.some(({ label }) => text.startsWith(`${label}/`)));
}

/** The texts of the newest pages that the app has of this person, oldest first. */
async function newestTexts(engine: Engine, peerId: number): Promise<string[]> {
  const texts: string[] = [];
  let beforeSeq: number | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await engine.handlers['messages.page']({ peerId, beforeSeq });
    if (!answer.ok) throw new Error(`No page: ${answer.error.code}`);
    const { items, hasMore } = answer.value;
    texts.unshift(...items.map(({ content }) => content));
    beforeSeq = items[0]?.seq ?? null;
    if (!hasMore || beforeSeq === null) break;
  }
  return texts;
}

/** What SQLite finds wrong with the databases below a folder, and those that were put aside as damaged. */
function damageIn(dataDir: string): string[] {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  const putAside = files.filter((name) => name.includes('.corrupt-')).map((name) => `put aside: ${name}`);
  const unsound = files
    .filter((name) => name.endsWith('.db'))
    .map((name) => {
      const database = new SqliteDatabase(path.join(dataDir, name), { readonly: true });
      const check = String(database.pragma('integrity_check', { simple: true }));
      database.close();
      return `${path.basename(name)}: ${check}`;
    })
    .filter((finding) => !finding.endsWith(': ok'));
  return [...putAside, ...unsound];
}

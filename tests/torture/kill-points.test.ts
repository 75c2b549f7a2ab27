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

/** What became of one killed life. */
interface Death {
  /** What the texts of this life begin with; also the name of its folder. */
  readonly label: string;
  readonly point: KillPoint;
  /** Texts whose queueing was answered before the end. */
  readonly queued: readonly string[];
  /** By person, the texts of this life that the app shows when it has been started again. */
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

  async function prepareLife(label: string): Promise<Life> {
    const { fromTrainee } = messagesOfLife({ label, peerIds: peerIds() });
    const plan = { dataDir: path.join(folder, label), server: backend.url, label, peerIds: peerIds() };
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

  /** Runs lives until one is killed: a run may make fewer calls than the one in which they were counted. */
  async function dieAt(wanted: KillPoint): Promise<Death> {
    for (let nth = wanted.nth; nth > 0; nth = Math.floor(nth * 0.9)) {
      const point = { ...wanted, nth };
      const label = `${point.call} ${nth} ${crypto.randomUUID().slice(0, 8)}`;
      const { program, queued, answered } = await prepareLife(label);
      const wasKilled = await killAt(point, program);
      await answered();
      if (wasKilled) return { label, point, queued, ...(await recover(label)) };
    }
    throw new Error(`No run was killed at ${wanted.call}.`);
  }

  /** Starts the app again on what the killed one left, and looks at it when everything is sent. */
  async function recover(label: string): Promise<Pick<Death, 'shown' | 'problems'>> {
    const dataDir = path.join(folder, label);
    const problems: string[] = [];
    const engine = createRealEngine(dataDir, (event) => {
      if (/^storage\.(?!slow_query)/.test(event)) problems.push(event);
    });
    try {
      engine.start();
      if (engine.view().session === null) await signInTrainer(engine, backend.url);
      await waitFor(`"${label}" to settle`, () => isSettled(engine), 30_000);
      const { storageProblem } = engine.view();
      if (storageProblem) problems.push(storageProblem.message);
      const shown = await Promise.all(peerIds().map((peerId) => shownTexts(engine, peerId, label)));
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
      const counts = await countCalls((await prepareLife('whole life')).program, traceFolder);
      const points = spreadPoints(counts, settings.points, seededRandom(settings.seed));
      const deaths: Death[] = [];
      const lane = async () => {
        for (let point = points.pop(); point; point = points.pop()) deaths.push(await dieAt(point));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(deaths).toHaveLength(settings.points);

      const stored = await Promise.all(
        trainees.map(async (trainee) => trainee.texts((await trainee.conversationWith('Jordan Reyes')).id)),
      );
      const wrong = deaths.flatMap((death) => {
        const storedOfLife = stored.map((texts) =>
          texts.filter((text) => text.startsWith(`${death.label}/`)),
        );
        const problems = problemsOf(death, storedOfLife);
        return problems.length === 0 ? [] : [{ ...death, storedOfLife, problems }];
      });
      expect(wrong, `seed ${settings.seed}`).toEqual([]);
      // Kills that all came before or after the sending would prove nothing.
      expect(new Set(deaths.map(({ queued }) => queued.length)).size).toBeGreaterThan(2);
    },
    settings.patienceMs,
  );

  /** What is wrong with a life, by what the server stored of it for each person. */
  function problemsOf({ label, queued, shown, problems }: Death, stored: readonly (readonly string[])[]) {
    const { beforeRestart, fromTrainee, afterRestart } = messagesOfLife({ label, peerIds: peerIds() });
    const written = [...beforeRestart, ...afterRestart];
    const found = [...problems];
    if (JSON.stringify(shown) !== JSON.stringify(stored)) found.push('the app shows something else');
    const own = stored.map((texts) => texts.filter((text) => text !== fromTrainee.text));
    for (const [index, peerId] of peerIds().entries()) {
      const texts = written.filter((message) => message.peerId === peerId).map(({ text }) => text);
      const inOrder = texts.slice(0, own[index]?.length);
      if (JSON.stringify(own[index]) !== JSON.stringify(inOrder)) found.push('doubled or out of order');
    }
    if (!queued.every((text) => own.flat().includes(text))) found.push('lost');
    // The one under way when the end came may have been queued without an answer; no later one.
    if (own.flat().length > queued.length + 1) found.push('sent without being queued');
    return found;
  }
});

/** The texts of a life in the newest pages that the app has of this person, oldest first. */
async function shownTexts(engine: Engine, peerId: number, label: string): Promise<string[]> {
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
  return texts.filter((text) => text.startsWith(`${label}/`));
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

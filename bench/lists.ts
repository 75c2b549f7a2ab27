/** Scrolling through a very long thread and a very long list of conversations in the real app. */
import { globSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { AppUnderTest } from '../tests/harness/app.ts';
import { storeMissedMessages, storeTrainees, talkOf } from '../tests/harness/backend-history.ts';
import { startBackend } from '../tests/harness/backend.ts';
import { scrollThrough, scrollThroughList, type ScrollReport } from '../tests/harness/steadiness.ts';
import { TraineeClient } from '../tests/harness/trainee-client.ts';
import { z } from '../shared/schema.ts';
import { say } from './report.ts';
import { summarise, type Measurement } from './stats.ts';

const TRAINER = 'trainer@demo.test';
/** Fast: about ten views a second, in pixels a frame. */
const PX_PER_FRAME = 480;
const MIB = 1_048_576;

/** How much there is to scroll through. */
export interface ListsEffort {
  readonly messages: number;
  readonly conversations: number;
}

/** Gives the window's cache every message of the backend, as if all had been read on this computer before. */
function fillCache(profile: string, backendDatabase: string): void {
  const [cache] = globSync(path.join(profile, '**', 'cache.db'));
  if (cache === undefined) throw new Error('The app keeps no cache.');
  const db = new Database(cache);
  try {
    db.prepare('ATTACH ? AS backend').run(backendDatabase);
    db.exec(`INSERT OR IGNORE INTO messages (conversation_id, seq, id, sender_id, client_message_id, content, created_at)
      SELECT m.conversation_id, m.seq, m.id, m.sender_id, m.client_message_id, m.content,
        strftime('%Y-%m-%dT%H:%M:%fZ', m.created_at / 1000.0, 'unixepoch')
      FROM backend.messages m JOIN conversations c ON c.id = m.conversation_id`);
  } finally {
    db.close();
  }
}

/** JavaScript memory of the window without garbage, in bytes. */
async function windowHeap({ page }: AppUnderTest): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = z.object({ usedSize: z.number() }).parse(await session.send('Runtime.getHeapUsage'));
  await session.detach();
  return usedSize;
}

const metricsSchema = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

/** Scrolling as it was seen, and what it cost. */
interface Scrolling {
  readonly report: ScrollReport;
  /** Milliseconds of processor time that the window's main thread took for a frame, on average. */
  readonly workMs: number;
}

/** Scrolls, and asks Chromium for the processor time: other programs' work does not count in it, unlike in frame times. */
async function withWork(
  app: AppUnderTest,
  scroll: (app: AppUnderTest) => Promise<ScrollReport>,
): Promise<Scrolling> {
  const session = await app.page.context().newCDPSession(app.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyMs = async (): Promise<number> => {
    const { metrics } = metricsSchema.parse(await session.send('Performance.getMetrics'));
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const before = await busyMs();
  const report = await scroll(app);
  const workMs = ((await busyMs()) - before) / report.frames;
  await session.detach();
  return { report, workMs };
}

function frameTimes(name: string, how: string, { report, workMs }: Scrolling): readonly Measurement[] {
  const seen = `${how}; ${report.frames} frames, ${report.waits} of them at the edge of what was loaded`;
  return [
    summarise(`${name}: frame`, `${seen}; time since the frame before`, report.frameMs),
    summarise(
      `${name}: work for a frame`,
      `${seen}; processor time of the main thread, looking at the frame included`,
      [workMs],
    ),
    summarise(
      `${name}: highest hole`,
      `${seen}; highest band of the view without a row in any frame`,
      [report.highestHole],
      { unit: 'px' },
    ),
    summarise(
      `${name}: jump`,
      `${seen}; most that a visible row was from where scrolling put it`,
      [report.jump],
      {
        unit: 'px',
      },
    ),
  ];
}

async function measureThread(messages: number): Promise<readonly Measurement[]> {
  const backend = await startBackend({ READ_LIMIT_PER_MINUTE: '0' });
  let app: AppUnderTest | null = null;
  try {
    const write = talkOf(messages, Date.now());
    storeMissedMessages({
      database: backend.database,
      trainerEmail: TRAINER,
      count: messages,
      conversations: 1,
      write,
    });
    const jordan = await TraineeClient.signIn(backend.url, TRAINER);
    const [talk] = (await jordan.conversations()).toSorted((a, b) => b.lastSeq - a.lastSeq);
    if (talk === undefined) throw new Error('The demo has no conversation.');
    await jordan.markRead(talk.id, talk.lastSeq);
    app = await AppUnderTest.launch();
    await app.signIn(backend.url);
    await app.quit();
    fillCache(app.profile, backend.database);
    await app.start();
    await app.signIn(backend.url);
    await app.openThread(talk.trainee.name);
    await app.bubbles(talk.trainee.name).last().waitFor();
    const before = await windowHeap(app);
    const scrolling = await withWork(app, (one) =>
      scrollThrough(one, -PX_PER_FRAME, write(1).content.slice(0, 20)),
    );
    const after = await windowHeap(app);
    const how = `${PX_PER_FRAME} px in every frame, upward through ${messages} messages that are on disk`;
    return [
      ...frameTimes(`thread of ${messages}`, how, scrolling),
      summarise(
        `thread of ${messages}: memory before`,
        'JavaScript heap of the window after a collection',
        [before / MIB],
        { unit: 'MiB' },
      ),
      summarise(`thread of ${messages}: memory after`, 'the same, at the thread’s beginning', [after / MIB], {
        unit: 'MiB',
      }),
    ];
  } finally {
    await app?.dispose();
    await backend.dispose();
  }
}

async function measureList(conversations: number): Promise<readonly Measurement[]> {
  const backend = await startBackend({ READ_LIMIT_PER_MINUTE: '0' });
  let app: AppUnderTest | null = null;
  try {
    storeTrainees(backend.database, TRAINER, conversations);
    app = await AppUnderTest.launch();
    await app.signIn(backend.url);
    await app.conversation('Trainee 1').first().waitFor();
    const scrolling = await withWork(app, (one) =>
      scrollThroughList(one, PX_PER_FRAME, `Trainee ${conversations}`),
    );
    const how = `${PX_PER_FRAME} px in every frame, downward through ${conversations} conversations`;
    return frameTimes(`list of ${conversations}`, how, scrolling);
  } finally {
    await app?.dispose();
    await backend.dispose();
  }
}

/** Scrolls through one thread, through few conversations, and through many. */
export async function measureLists({
  messages,
  conversations,
}: ListsEffort): Promise<readonly Measurement[]> {
  say(`Scrolling through ${messages} messages ...`);
  const thread = await measureThread(messages);
  say(`Scrolling through conversations ...`);
  return [...thread, ...(await measureList(200)), ...(await measureList(conversations))];
}

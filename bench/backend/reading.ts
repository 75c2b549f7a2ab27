/** What reading costs: lists, pages, counts, and catching up. */
import { z } from '../../shared/schema.ts';
import { MESSAGE_PAGE_SIZE } from '../../shared/limits.ts';
import { summarise, type Measurement, type SummaryOptions } from '../stats.ts';
import type { Effort } from './effort.ts';
import type { Site } from './site.ts';
import { timeEach, timeInTurn } from './stopwatch.ts';
import { CROWD_TRAINER_ID, pairOf, trainerId } from './world.ts';

const LIST = '/messaging/conversations';
const MISSED_EVENTS = 10_000;
/** Long chains of requests are measured so often. */
const CHAINS = 5;
/** Reads of large answers. */
const LONG_READS = 20;

// Only what the next request needs: to read whole answers costs the load process more than the backend.
const pageSchema = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() });
const feedSchema = z.object({ events: z.array(z.unknown()), head: z.number() });
const snapshotSchema = z.object({ epoch: z.string() });

type Get = (path: string) => Promise<string>;

/** Reads as one person. */
async function reader(site: Site, userId: number): Promise<Get> {
  const token = await site.tokenOf(userId);
  return (path) => site.http.call('GET', path, token);
}

/** Goes through the whole list, page by page. */
async function pageThroughList(get: Get, limit: number): Promise<void> {
  let cursor: string | null = null;
  do {
    const path: string = `${LIST}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    cursor = pageSchema.parse(JSON.parse(await get(path))).nextCursor;
  } while (cursor !== null);
}

/** Reads the feed to its end, from so many events before. */
async function catchUp(get: Get, epoch: string, from: number): Promise<void> {
  for (let after = from, head = Infinity; after < head;) {
    const page = feedSchema.parse(
      JSON.parse(await get(`/messaging/feed?epoch=${epoch}&after=${after}&limit=500`)),
    );
    after += page.events.length;
    head = page.head;
  }
}

/** Lists, pages, counts and the feed in the large database. */
export async function measureReading(site: Site, effort: Effort): Promise<readonly Measurement[]> {
  const trainer = await reader(site, trainerId(0));
  const crowded = await reader(site, CROWD_TRAINER_ID);
  const measure = async (
    name: string,
    how: string,
    work: () => Promise<unknown>,
    count = effort.reads,
    options: SummaryOptions = {},
  ): Promise<Measurement> => {
    await timeEach(Math.min(count, effort.warmUp), work);
    return summarise(name, how, await timeEach(count, work), options);
  };
  const messages = `${LIST}/${pairOf(0, 0).conversationId}/messages`;
  const page500 = effort.large.longConversation - 499 * MESSAGE_PAGE_SIZE + 1;
  const { epoch } = snapshotSchema.parse(JSON.parse(await trainer('/messaging/snapshot?limit=1')));
  const head = feedSchema.parse(
    JSON.parse(await trainer(`/messaging/feed?epoch=${epoch}&after=0&limit=1`)),
  ).head;
  return [
    await measure(
      'list of 100',
      'GET conversations?limit=100, the whole list',
      () => trainer(`${LIST}?limit=100`),
      effort.reads,
      { target: { atMost: 21 } },
    ),
    await measure('list of 10,000: first 50', 'GET conversations, the standard page', () => crowded(LIST)),
    await measure(
      'list of 10,000: first 500',
      'GET conversations?limit=500, the largest page',
      () => crowded(`${LIST}?limit=500`),
      LONG_READS,
    ),
    await measure(
      'list of 10,000: all',
      '20 pages of 500, one after the other',
      () => pageThroughList(crowded, 500),
      CHAINS,
    ),
    await measure('page 1', 'GET messages, the newest 20', () => trainer(messages), effort.reads, {
      target: { atMost: 1.9 },
    }),
    await measure(
      'page 500',
      `GET messages?before=${page500}`,
      () => trainer(`${messages}?before=${page500}`),
      effort.reads,
      { target: { atMost: 1.9 } },
    ),
    await measure('unread count, 100 conversations', 'GET unread-count', () =>
      trainer('/messaging/unread-count'),
    ),
    await measure(
      'unread count, 10,000 conversations',
      'the same, 20,000 unread messages',
      () => crowded('/messaging/unread-count'),
      LONG_READS,
    ),
    await measure(
      'feed catch-up of 10,000',
      '20 pages of 500, one after the other',
      () => catchUp(trainer, epoch, head - MISSED_EVENTS),
      CHAINS,
    ),
  ];
}

/** The list of 100 with few and with many messages behind it, in turn. */
export async function measureListFlatness(
  large: Site,
  small: Site,
  effort: Effort,
): Promise<readonly Measurement[]> {
  const readers = await Promise.all([small, large].map((site) => reader(site, trainerId(0))));
  const [few = [], many = []] = await timeInTurn(
    readers.map((get) => () => get(`${LIST}?limit=100`)),
    effort,
  );
  const listOfFew = summarise('list of 100, 1,000 stored', 'in turn with the next', few);
  return [
    listOfFew,
    summarise('list of 100, 1,000,000 stored', 'GET conversations?limit=100', many, { baseline: listOfFew }),
  ];
}

/**
 * A process that queues, receives and settles on a disk that fails now and then: strace, which runs it, makes every
 * so many-th system call fail. It closes and opens its databases as often, and at the end prints what it found.
 * Its only argument is a folder.
 */
import { mkdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createCache, storeConversation } from '../../../electron/cache/cache.ts';
import { createOutbox } from '../../../electron/outbox/outbox.ts';
import { createReadMarks } from '../../../electron/outbox/read-marks.ts';
import { openAccountStores, type AccountStores } from '../../../electron/storage/account-stores.ts';
import { CorruptDatabaseError, type DatabaseName, errorCode } from '../../../electron/storage/errors.ts';
import { applyEvents } from '../../../electron/sync/apply.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import type { Findings } from './faulty-disk.ts';

const STDOUT = 1;
const ROUNDS = 12;
/** A disk that fails so often in a row is taken for broken, and not for failing now and then. */
const MOST_OPENINGS = 50;
const MESSAGES = 12;
const SELF_ID = 1;
const PEER_ID = 101;
const QUEUED_AT = '2026-01-01T00:00:00.000Z';
const SERVER = {
  serverId: '11111111-1111-4111-8111-111111111111',
  epoch: '22222222-2222-4222-8222-222222222222',
};

const folder = process.argv[2] ?? '';
/** The database that was called damaged in use: to be opened again, as the app does. */
let suspected: DatabaseName | null = null;
const found: Findings = { done: 0, failed: 0, lost: [], unsound: [], codes: [] };

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** True when the work was done; what a disk may throw is counted, anything else ends the process. */
function attempt(work: () => void): boolean {
  try {
    work();
    found.done += 1;
    return true;
  } catch (thrown) {
    if (thrown instanceof CorruptDatabaseError) {
      suspected = thrown.database;
      noteFailure(`${suspected} called damaged`);
      return false;
    }
    noteFailure(errorCode(thrown));
    if (!/^(SQLITE_|E[A-Z]+$)/.test(errorCode(thrown))) throw thrown;
    return false;
  }
}

function noteFailure(code: string): void {
  found.failed += 1;
  if (!found.codes.includes(code)) found.codes.push(code);
}

function noteDoubt(event: string): void {
  if (event === 'storage.doubted') noteFailure('doubted');
}

/** Opens as the app does, again and again while the disk keeps it from that. */
function open(place: string): AccountStores {
  for (let attempts = 1; attempts <= MOST_OPENINGS; attempts += 1) {
    const opened = openAccountStores(place, { clock: systemClock, log: noteDoubt, suspected });
    if (!opened.ok) {
      noteFailure(opened.error.code);
      continue;
    }
    suspected = null;
    const { isCacheReplaced, restoredMessages } = opened.value.repairs;
    if (isCacheReplaced || restoredMessages !== null) found.unsound.push(`${place}: put aside`);
    return opened.value;
  }
  throw new Error('The databases could not be opened.');
}

/** The same databases, opened again if one of them was called damaged in use. */
function trusted(stores: AccountStores, place: string): AccountStores {
  if (suspected === null) return stores;
  stores.cache.close();
  stores.outbox.close();
  return open(place);
}

function live(place: string): void {
  let stores = open(place);
  const queued: string[] = [];
  const refused = new Set<string>();
  let cursor = 0;
  for (let number = 1; number <= MESSAGES; number += 1) {
    stores = trusted(stores, place);
    const cache = createCache(stores.cache);
    const outbox = createOutbox(stores.outbox);
    const marks = createReadMarks(stores.outbox);
    const clientMessageId = idOf(number);
    const row = {
      clientMessageId,
      peerId: PEER_ID,
      content: `text ${number} ${'x'.repeat(1_500)}`,
      queuedAt: QUEUED_AT,
    };
    if (attempt(() => void outbox.append(row))) queued.push(clientMessageId);
    else refused.add(clientMessageId);
    const before = cursor;
    const applied = attempt(() => {
      applyEvents(
        {
          cache,
          outbox,
          marks,
          selfId: SELF_ID,
          onStorageFailure: (thrown) => noteFailure(errorCode(thrown)),
        },
        { ...SERVER, feedSeq: before },
        [
          {
            feedSeq: before + 1,
            type: 'message.created',
            message: {
              id: before + 1,
              conversationId: 1,
              seq: before + 1,
              senderId: PEER_ID,
              clientMessageId: idOf(1_000 + before),
              content: 'y'.repeat(1_500),
              createdAt: QUEUED_AT,
            },
          },
        ],
      );
    });
    if (applied) cursor += 1;
    if (number % 4 === 0) {
      stores.cache.close();
      stores.outbox.close();
      stores = open(place);
      const checked = check(stores, place, queued, refused, cursor);
      stores = checked.stores;
      cursor = checked.cursor;
    }
  }
  stores.cache.close();
  stores.outbox.close();
}

/** Compares what is there with what was answered; gives the cursor, which a failed commit may have moved after all. */
function check(
  opened: AccountStores,
  place: string,
  queued: readonly string[],
  refused: ReadonlySet<string>,
  cursor: number,
) {
  let stores = opened;
  for (;;) {
    stores = trusted(stores, place);
    let rows: string[] = [];
    let feedSeq = 0;
    let stored = 0;
    const isRead = attempt(() => {
      rows = createOutbox(stores.outbox)
        .all()
        .map(({ clientMessageId }) => clientMessageId);
      feedSeq = createCache(stores.cache).cursor.get()?.feedSeq ?? 0;
      stored = createCache(stores.cache).messages.below(1, feedSeq + 1, 1_000).length;
    });
    if (!isRead) continue;
    const answered = rows.filter((id) => !refused.has(id));
    if (JSON.stringify(answered) !== JSON.stringify(queued))
      found.lost.push(`${place}: ${answered.join(' ')}`);
    if (stored !== feedSeq || feedSeq < cursor)
      found.lost.push(`${place}: cursor ${feedSeq}, ${stored} messages`);
    return { stores, cursor: feedSeq };
  }
}

for (let round = 1; round <= ROUNDS; round += 1) {
  const place = join(folder, String(round));
  mkdirSync(place, { recursive: true });
  const first = open(place);
  const conversation = {
    id: 1,
    trainer: { id: SELF_ID, name: 'Jordan' },
    trainee: { id: PEER_ID, name: 'Maya' },
    isArchived: false,
    lastMessage: null,
    lastMessageAt: null,
    lastSeq: 0,
    readSeq: 0,
    peerReadSeq: 0,
    unreadCount: 0,
  };
  attempt(() => storeConversation(createCache(first.cache), conversation, SELF_ID));
  first.cache.close();
  first.outbox.close();
  live(place);
}
writeSync(STDOUT, JSON.stringify(found));

/**
 * A process that lives through a day of the outbox and says after each step, on standard output, that the step
 * returned: `step <number> <synced|unsynced> <digest of what the outbox holds now>`.
 * Arguments: folder of the account, `app` or `NORMAL`, number of steps, seed.
 */
import { writeSync } from 'node:fs';
import { createOutbox, type Outbox } from '../../../electron/outbox/outbox.ts';
import { createReadMarks, type ReadMarks } from '../../../electron/outbox/read-marks.ts';
import { makePrivateFolder, outboxPath } from '../../../electron/storage/account-files.ts';
import { openOutboxStore } from '../../../electron/storage/account-stores.ts';
import { openStore, type Store } from '../../../electron/storage/open.ts';
import { outboxMigrations } from '../../../electron/storage/outbox-migrations/index.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import { seededRandom } from '../../harness/seeded-random.ts';
import { digestOf } from './outbox-state.ts';

const STDOUT = 1;
const PEERS = [101, 102, 103] as const;
/** Steps until the app is closed: the first time as many as SQLite needs to begin its log anew meanwhile. */
const LONG_LIFE = 260;
const SHORT_LIFE = 60;
/** More unsent messages than this are settled first, so that the file does not only grow. */
const MOST_UNSENT = 40;

const [folder = '', mode = 'app', steps = '1', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const parts = { clock: systemClock, log: () => undefined };

function open(): Store {
  makePrivateFolder(folder);
  const opened =
    mode === 'app'
      ? openOutboxStore(folder, parts)
      : openStore({
          ...parts,
          path: outboxPath(folder),
          name: 'outbox',
          migrations: outboxMigrations,
          synchronous: 'NORMAL',
        });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value.store;
}

/** Mostly a line, now and then a text that takes pages of its own. */
function text(): string {
  return random.next() < 0.1 ? '💪 '.repeat(600 + random.below(400)) : `Message ${random.next()}`;
}

/** Does one step, which is one commit and changes something; true when it must survive a loss of power from here on. */
function step(outbox: Outbox, marks: ReadMarks): boolean {
  const rows = outbox.all();
  const row = rows.length > 0 ? random.pick(rows) : null;
  const oldest = row && outbox.head(row.peerId);
  const chance = random.next();
  if (oldest && (rows.length >= MOST_UNSENT || chance < 0.3)) {
    outbox.removeSettled(oldest.clientMessageId);
    return false;
  }
  if (row && chance < 0.38) {
    outbox.setState(row.clientMessageId, 'notSent', { code: 'unreachable' });
    return false;
  }
  if (row && chance < 0.42) {
    outbox.remove(row.clientMessageId);
    return true;
  }
  if (row && chance < 0.46) {
    outbox.requeue(row.clientMessageId);
    return true;
  }
  if (chance < 0.5) {
    const conversationId = 1 + random.below(3);
    marks.raise(conversationId, (marks.get(conversationId) ?? 0) + 1);
    return true;
  }
  const [mark] = marks.all();
  if (mark && chance < 0.52) {
    marks.acknowledge(mark.conversationId, mark.upToSeq);
    return false;
  }
  outbox.append({
    clientMessageId: crypto.randomUUID(),
    peerId: random.pick(PEERS),
    content: text(),
    queuedAt: new Date().toISOString(),
  });
  return true;
}

let number = 0;
while (number < Number(steps)) {
  const store = open();
  const outbox = createOutbox(store);
  const marks = createReadMarks(store);
  const end = Math.min(Number(steps), number + (number === 0 ? LONG_LIFE : SHORT_LIFE));
  for (; number < end; number += 1) {
    const isSynced = step(outbox, marks);
    writeSync(STDOUT, `step ${number} ${isSynced ? 'synced' : 'unsynced'} ${digestOf(outbox, marks)}\n`);
  }
  store.close();
}

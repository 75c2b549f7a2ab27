/** Looks at one device's databases after every step: I1, I2 and I6 to I8. A dead device's are looked at, too. */
import type { Device } from './device.ts';
import type { DatabaseFile } from './disk.ts';
import { type Ledger, Violation, type Written } from './ledger.ts';
import type { SimulatedServer } from './server.ts';
import type { ServerWatch } from './server-watch.ts';

interface Cursor {
  readonly epoch: string;
  readonly feedSeq: number;
}

const CURSOR = 'SELECT epoch, feed_seq AS feedSeq FROM feed_cursor';
const CONVERSATIONS = 'SELECT id, peer_id AS peerId, read_seq AS readSeq FROM conversations';
const MARKS = 'SELECT conversation_id AS id, up_to_seq AS readSeq FROM read_marks';
const WITH_MESSAGES = 'SELECT DISTINCT conversation_id FROM messages';
const TWICE = 'SELECT client_message_id FROM messages GROUP BY client_message_id HAVING count(*) > 1';
const OUTBOX = 'SELECT client_message_id AS id, state FROM outbox';
const TRAINEES = 'SELECT id FROM trainees';

export class DeviceWatch {
  readonly device: Device;
  readonly #server: SimulatedServer;
  readonly #serverWatch: ServerWatch;
  readonly #ledger: Ledger;
  #outbox = new Set<string>();
  #outboxChanges = -1;
  #cacheChanges = -1;
  #seenServer = '';
  #lastCursor: Cursor | null = null;
  #readSeqs = new Map<number, number>();

  constructor(parts: {
    readonly device: Device;
    readonly server: SimulatedServer;
    readonly serverWatch: ServerWatch;
    readonly ledger: Ledger;
  }) {
    this.device = parts.device;
    this.#server = parts.server;
    this.#serverWatch = parts.serverWatch;
    this.#ledger = parts.ledger;
  }

  /** Reads the outbox; to be called before the server is looked at. */
  lookAtOutbox(): void {
    const file = this.device.disk.find('outbox.db');
    if (!file || changesOf(file) === this.#outboxChanges) return;
    this.#outboxChanges = changesOf(file);
    const rows = file.prepare(OUTBOX).all() as { id: string; state: string }[];
    this.#outbox = new Set(rows.map(({ id }) => id));
    for (const { id, state } of rows) {
      const written = this.#ledger.written.get(id);
      if (written && state === 'refused') written.wasRefused = true;
    }
    // The marks live in the same file.
    this.#cacheChanges = -1;
  }

  /** The message waits here, refused or not. */
  holds({ clientMessageId }: Written): boolean {
    return this.#outbox.has(clientMessageId);
  }

  /** Looks for a message that the server does not have, nor the outbox. */
  checkWaiting(written: Written): void {
    if (this.holds(written)) return;
    const cached =
      written.wasLost &&
      this.device.disk
        .find('cache.db')
        ?.prepare('SELECT 1 FROM messages WHERE client_message_id = ?')
        .get(written.clientMessageId);
    if (cached) return;
    throw new Violation(`I1: “${written.content}” is neither sent nor unsent on ${this.device.name}`);
  }

  check(): void {
    for (const [id, times] of this.device.notified)
      if (times > 1) throw new Violation(`I8: ${this.device.name} notified of ${id} ${times} times`);
    const cache = this.device.disk.find('cache.db');
    if (!cache) return;
    const changes = changesOf(cache);
    if (changes === this.#cacheChanges && this.#seenServer === this.#server.epoch) return;
    this.#cacheChanges = changes;
    this.#seenServer = this.#server.epoch;
    const cursor = cache.prepare(CURSOR).get() as Cursor | undefined;
    if (!cursor) return;
    const isCurrent = cursor.epoch === this.#server.epoch;
    const seenUpTo = this.#lastCursor?.feedSeq ?? 0;
    this.#checkCursor(cursor);
    this.#checkReadMarks(cache, isCurrent, seenUpTo);
    if (cache.prepare(TWICE).get()) throw new Violation(`I2: ${this.device.name} shows a message twice`);
    if (isCurrent) this.#checkRights(cache, cursor);
  }

  #checkCursor(cursor: Cursor): void {
    const before = this.#lastCursor;
    if (before?.epoch === cursor.epoch && before.feedSeq > cursor.feedSeq)
      throw new Violation(`I6: the cursor of ${this.device.name} went back`);
    if (before?.epoch !== cursor.epoch) this.#readSeqs.clear();
    this.#lastCursor = cursor;
  }

  #checkReadMarks(cache: DatabaseFile, isCurrent: boolean, seenUpTo: number): void {
    const outbox = this.device.disk.find('outbox.db');
    const pending = (outbox?.prepare(MARKS).all() ?? []) as { id: number; readSeq: number }[];
    const marks = new Map(pending.map(({ id, readSeq }) => [id, readSeq]));
    const rows = cache.prepare(CONVERSATIONS).all() as { id: number; peerId: number; readSeq: number }[];
    const now = new Map(rows.map((row) => [row.id, Math.max(row.readSeq, marks.get(row.id) ?? 0)]));
    for (const { id, peerId } of rows) {
      const readSeq = now.get(id) ?? 0;
      if (readSeq > this.#ledger.markedBy(this.device.user.id, peerId))
        throw new Violation(`I6: ${this.device.name} shows more as read than anybody read`);
      // A trainee's copy, with its mark, ended with the conversation, which came back as the server knows it.
      const { role } = this.device.user;
      const lastHidden = this.#serverWatch.lastHidden.get(`${this.device.user.id} ${id}`) ?? 0;
      const hasComeBack = role === 'trainee' && lastHidden > seenUpTo;
      if (isCurrent && !hasComeBack && readSeq < (this.#readSeqs.get(id) ?? 0))
        throw new Violation(`I6: a read mark on ${this.device.name} went back`);
    }
    this.#readSeqs = now;
  }

  #checkRights(cache: DatabaseFile, cursor: Cursor): void {
    const { user } = this.device;
    const known = cache.prepare(WITH_MESSAGES).all() as { conversation_id: number }[];
    const rows = cache.prepare(CONVERSATIONS).all() as { id: number }[];
    for (const id of new Set([...known.map((row) => row.conversation_id), ...rows.map((row) => row.id)])) {
      const conversation = this.#serverWatch.conversations.get(id);
      if (conversation?.trainerId === user.id) continue;
      if (conversation?.traineeId !== user.id)
        throw new Violation(`I7: ${this.device.name} holds conversation ${id} of other people`);
      const hiddenSince = this.#serverWatch.hiddenSince.get(`${user.id} ${id}`);
      if (hiddenSince !== undefined && cursor.feedSeq >= hiddenSince)
        throw new Violation(`I7: ${this.device.name} still holds conversation ${id}, which has ended`);
    }
    if (user.role === 'trainee' && cache.prepare(TRAINEES).get())
      throw new Violation(`I7: ${this.device.name} holds a list of trainees`);
  }
}

function changesOf(file: DatabaseFile): number {
  const row = file.prepare('SELECT total_changes() AS changes').get() as { changes: number };
  return row.changes;
}

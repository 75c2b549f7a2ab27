import type { ClientError } from '../../shared/errors.ts';
import { clientErrorCodeSchema } from '../../shared/errors.ts';
import type { OutboxState, OutboxView } from '../../shared/views.ts';
import type { Store } from '../storage/open.ts';
import { rowDigest } from '../storage/row-digest.ts';

/** A message to queue; `content` is already normalised and checked. */
export interface NewOutboxRow {
  readonly clientMessageId: string;
  readonly peerId: number;
  readonly content: string;
  /** ISO time by this computer's clock. */
  readonly queuedAt: string;
}

/** The rows of outbox.db: messages that the server has not acknowledged. Each call is one commit. */
export interface Outbox {
  append(row: NewOutboxRow): OutboxView;
  /** Puts rows before all others, in the given order; ids that are there already are left alone. */
  prepend(rows: readonly NewOutboxRow[]): void;
  find(clientMessageId: string): OutboxView | undefined;
  /** Rows for one person, in queue order. */
  ofPeer(peerId: number): OutboxView[];
  /** At most `limit` rows for one person that stand before `position`, last first. */
  before(peerId: number, position: number, limit: number): OutboxView[];
  all(): OutboxView[];
  /** People with a message to send, by the age of their oldest. */
  waitingPeers(): number[];
  /** The oldest message to send to a person. */
  head(peerId: number): OutboxView | undefined;
  setState(clientMessageId: string, state: OutboxState, reason: ClientError | null): void;
  /** Moves a message to the end of its queue, to be sent again under the same id. */
  requeue(clientMessageId: string): OutboxView | undefined;
  /** Removes a message for good; false when there was no such row. */
  remove(clientMessageId: string): boolean;
  /** The same for a message that the server has: should a loss of power bring it back, `reconcile` finds it. */
  removeSettled(clientMessageId: string): boolean;
  /** Rows still to be sent (refused ones not counted). */
  waitingCount(): number;
  /** All unsent rows, refused ones included. */
  count(): number;
}

interface Row {
  clientMessageId: string;
  peerId: number;
  content: string;
  position: number;
  queuedAt: string;
  state: OutboxState;
  reasonCode: string | null;
}

const COLUMNS = `client_message_id AS clientMessageId, peer_id AS peerId, content, position,
  queued_at AS queuedAt, state, reason_code AS reasonCode`;

function fromRow({ reasonCode, ...row }: Row): OutboxView {
  const code = clientErrorCodeSchema.safeParse(reasonCode);
  return { ...row, reason: code.success ? { code: code.data } : null };
}

/** Prepares the statements on the outbox. */
export function createOutbox(store: Store): Outbox {
  const insert = store.prepare<[string, number, string, string, string]>(`
    INSERT INTO outbox (client_message_id, peer_id, content, queued_at, digest, state)
    VALUES (?, ?, ?, ?, ?, 'sending')`);
  const insertAt = store.prepare<[number, string, number, string, string, string]>(`
    INSERT INTO outbox (position, client_message_id, peer_id, content, queued_at, digest, state)
    VALUES (?, ?, ?, ?, ?, ?, 'sending') ON CONFLICT (client_message_id) DO NOTHING`);
  const lowest = store.prepare<[], { position: number | null }>(
    'SELECT min(position) AS position FROM outbox',
  );
  const find = store.prepare<[string], Row>(`SELECT ${COLUMNS} FROM outbox WHERE client_message_id = ?`);
  const ofPeer = store.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE peer_id = ? ORDER BY position`,
  );
  const before = store.prepare<[number, number, number], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE peer_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  );
  const all = store.prepare<[], Row>(`SELECT ${COLUMNS} FROM outbox ORDER BY position`);
  const waitingPeers = store.prepare<[], { peerId: number }>(`
    SELECT peer_id AS peerId FROM outbox WHERE state <> 'refused' GROUP BY peer_id ORDER BY min(position)`);
  const head = store.prepare<[number], Row>(`
    SELECT ${COLUMNS} FROM outbox WHERE peer_id = ? AND state <> 'refused' ORDER BY position LIMIT 1`);
  const setState = store.prepare<[OutboxState, string | null, string]>(`
    UPDATE outbox SET state = ?, reason_code = ? WHERE client_message_id = ?`);
  const remove = store.prepare<[string]>('DELETE FROM outbox WHERE client_message_id = ?');
  const waitingCount = store.prepare<[], { count: number }>(
    `SELECT count(*) AS count FROM outbox WHERE state <> 'refused'`,
  );
  const count = store.prepare<[], { count: number }>('SELECT count(*) AS count FROM outbox');

  function stored(clientMessageId: string): OutboxView {
    const row = find.get(clientMessageId);
    if (!row) throw new Error('an outbox row vanished inside its own transaction');
    return fromRow(row);
  }

  function append(row: NewOutboxRow): OutboxView {
    insert.run(row.clientMessageId, row.peerId, row.content, row.queuedAt, rowDigest(row));
    return stored(row.clientMessageId);
  }

  return {
    append: (row) => store.transaction(() => append(row)),
    prepend: (rows) =>
      store.transaction(() => {
        const first = Math.min(1, lowest.get()?.position ?? 1) - rows.length;
        for (const [index, row] of rows.entries()) {
          const { clientMessageId, peerId, content, queuedAt } = row;
          insertAt.run(first + index, clientMessageId, peerId, content, queuedAt, rowDigest(row));
        }
      }),
    find: (clientMessageId) => {
      const row = find.get(clientMessageId);
      return row && fromRow(row);
    },
    ofPeer: (peerId) => ofPeer.all(peerId).map(fromRow),
    before: (peerId, position, limit) => before.all(peerId, position, limit).map(fromRow),
    all: () => all.all().map(fromRow),
    waitingPeers: () => waitingPeers.all().map((row) => row.peerId),
    head: (peerId) => {
      const row = head.get(peerId);
      return row && fromRow(row);
    },
    setState: (clientMessageId, state, reason) =>
      void store.unsynced(() => setState.run(state, reason?.code ?? null, clientMessageId)),
    requeue: (clientMessageId) =>
      store.transaction(() => {
        const row = find.get(clientMessageId);
        if (!row) return undefined;
        remove.run(clientMessageId);
        return append(row);
      }),
    remove: (clientMessageId) => remove.run(clientMessageId) > 0,
    removeSettled: (clientMessageId) => store.unsynced(() => remove.run(clientMessageId) > 0),
    waitingCount: () => waitingCount.get()?.count ?? 0,
    count: () => count.get()?.count ?? 0,
  };
}

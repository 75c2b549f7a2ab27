/** Carries what can be read of a damaged outbox over into a fresh one. */
import type { ClientError } from '../../../shared/errors.ts';
import { checkContent } from '../../../shared/text.ts';
import type { Store } from '../open.ts';
import { type QueuedParts, rowDigest } from '../row-digest.ts';
import type { DatabaseImage } from './image.ts';
import { salvageRows, type SalvagedRow } from './records.ts';

/** A message's row, in the order of the table's columns behind its position. */
type MessageRow = [
  clientMessageId: string,
  peerId: number,
  content: string,
  queuedAt: string,
  state: string,
  reasonCode: string | null,
  reasonMessage: string | null,
  digest: string,
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** For a row that lost the time at which it was queued: no time is better than a made-up one. */
const UNKNOWN_TIME = new Date(0).toISOString();
const STATES: readonly unknown[] = ['sending', 'notSent', 'refused'];
const ALTERED: ClientError = {
  code: 'message_damaged',
};

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Null for what is no message. One whose person or text is no longer what was queued is kept, but not
 * sent by itself; less does not matter.
 */
function messageRow({ values }: SalvagedRow): MessageRow | null {
  const [position, id, peerId, content, queuedAt, state, reasonCode, reasonMessage, digest] = values;
  if (position !== null || typeof id !== 'string' || !UUID.test(id)) return null;
  if (!isId(peerId) || typeof content !== 'string' || values.length < 8) return null;
  const checked = checkContent(content);
  if (!checked.ok) return null;
  const time = typeof queuedAt === 'string' && ISO_TIME.test(queuedAt) ? queuedAt : UNKNOWN_TIME;
  const parts = { clientMessageId: id, peerId, content: checked.value };
  const stated = rowDigest(parts);
  const isAltered = checked.value !== content || (typeof digest === 'string' && digest !== stated);
  if (isAltered) {
    return [id, peerId, parts.content, time, 'refused', ALTERED.code, null, stated];
  }
  const isState = typeof state === 'string' && STATES.includes(state);
  const reason = [textOrNull(reasonCode), textOrNull(reasonMessage)] as const;
  return [id, peerId, content, time, isState ? state : 'sending', ...reason, stated];
}

/** The messages of a damaged outbox by their ids, in their order. */
function messagesIn(rows: readonly SalvagedRow[]): MessageRow[] {
  const found = new Map<string, { readonly position: number; readonly message: MessageRow }>();
  for (const row of rows) {
    const message = messageRow(row);
    // Found twice, it was moved from one page to another; what comes first is the more trustworthy.
    if (message && !found.has(message[0])) found.set(message[0], { position: row.rowid, message });
  }
  return [...found.values()].toSorted((a, b) => a.position - b.position).map(({ message }) => message);
}

/**
 * Puts the messages of a damaged outbox into a fresh one, in their order, and its read marks.
 * @returns how many messages could be read.
 */
export function restoreOutbox(damaged: DatabaseImage, fresh: Store): number {
  const insert = fresh.prepare<MessageRow>(`
    INSERT INTO outbox
      (client_message_id, peer_id, content, queued_at, state, reason_code, reason_message, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const mark = fresh.prepare<[number, number]>(`
    INSERT INTO read_marks (conversation_id, up_to_seq) VALUES (?, ?)
    ON CONFLICT (conversation_id) DO UPDATE SET up_to_seq = max(up_to_seq, excluded.up_to_seq)`);
  const rows = [...salvageRows(damaged)];
  const messages = messagesIn(rows);
  fresh.transaction(() => {
    for (const message of messages) insert.run(...message);
    for (const { rowid, values } of rows) {
      const [key, upToSeq] = values;
      if (values.length === 2 && key === null && isId(rowid) && isId(upToSeq)) mark.run(rowid, upToSeq);
    }
  });
  return messages.length;
}

/** Whether the first image misses a message that the second has, and both tell so whole. */
export function hasLostMessages(now: DatabaseImage, before: DatabaseImage): boolean {
  const ids = new Set(messagesIn([...salvageRows(now)]).map(([id]) => id));
  return messagesIn([...salvageRows(before)]).some(([id]) => !ids.has(id));
}

/** True when every message is what it was when it was queued. */
export function isOutboxUnaltered(store: Store): boolean {
  const rows = store.prepare<[], QueuedParts & { readonly digest: string }>(`
    SELECT client_message_id AS clientMessageId, peer_id AS peerId, content, digest FROM outbox
    WHERE digest IS NOT NULL`);
  return rows.all().every((row) => row.digest === rowDigest(row));
}

import type { Store } from '../storage/open.ts';

/** How far the person has read, per conversation, until the server has acknowledged it. */
export interface ReadMarks {
  /** Keeps the higher one; survives a crash once it returns. */
  raise(conversationId: number, upToSeq: number): void;
  /** The pending mark, or undefined. */
  get(conversationId: number): number | undefined;
  all(): { readonly conversationId: number; readonly upToSeq: number }[];
  /** Forgets the mark unless it has risen above `upToSeq` meanwhile. */
  acknowledge(conversationId: number, upToSeq: number): void;
  removeAll(): void;
}

/** Prepares the statements on pending read marks. */
export function createReadMarks(store: Store): ReadMarks {
  const raise = store.prepare<[number, number]>(`
    INSERT INTO read_marks (conversation_id, up_to_seq) VALUES (?, ?)
    ON CONFLICT (conversation_id) DO UPDATE SET up_to_seq = max(up_to_seq, excluded.up_to_seq)`);
  const get = store.prepare<[number], { upToSeq: number }>(
    'SELECT up_to_seq AS upToSeq FROM read_marks WHERE conversation_id = ?',
  );
  const all = store.prepare<[], { conversationId: number; upToSeq: number }>(
    'SELECT conversation_id AS conversationId, up_to_seq AS upToSeq FROM read_marks ORDER BY conversation_id',
  );
  const acknowledge = store.prepare<[number, number]>(
    'DELETE FROM read_marks WHERE conversation_id = ? AND up_to_seq <= ?',
  );
  const removeAll = store.prepare<[]>('DELETE FROM read_marks');
  return {
    raise: (conversationId, upToSeq) => void raise.run(conversationId, upToSeq),
    get: (conversationId) => get.get(conversationId)?.upToSeq,
    all: () => all.all(),
    acknowledge: (conversationId, upToSeq) =>
      store.unsynced(() => void acknowledge.run(conversationId, upToSeq)),
    removeAll: () => void removeAll.run(),
  };
}

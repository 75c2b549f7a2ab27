import { useEffect, useMemo, useRef, useState } from 'react';
import type { ConversationView } from '../../shared/views.ts';

/** After this much stillness the list may move again, in milliseconds. */
const IDLE_MS = 5_000;

/** Rows in the order given by ids; rows that are not among them follow. Pure. */
export function inOrder(
  rows: readonly ConversationView[],
  order: readonly number[],
): readonly ConversationView[] {
  const byPeer = new Map(rows.map((row) => [row.peerId, row]));
  const kept: ConversationView[] = [];
  for (const peerId of order) {
    const row = byPeer.get(peerId);
    if (row === undefined) continue;
    kept.push(row);
    byPeer.delete(peerId);
  }
  return [...kept, ...byPeer.values()];
}

interface FrozenOrder {
  readonly rows: readonly ConversationView[];
  /** The pointer or the keyboard is working in the list: its order stays until that has been still for a while. */
  readonly hold: () => void;
  /** The pointer and the keyboard have left the list. */
  readonly release: () => void;
}

/** Keeps the list's order while somebody is about to choose from it; what the rows say still updates. */
export function useFrozenOrder(rows: readonly ConversationView[]): FrozenOrder {
  const [held, setHeld] = useState<readonly number[] | null>(null);
  const latest = useRef(rows);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = rows;
  }, [rows]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return useMemo(() => {
    const release = (): void => {
      clearTimeout(timer.current);
      setHeld(null);
    };
    const hold = (): void => {
      clearTimeout(timer.current);
      timer.current = setTimeout(release, IDLE_MS);
      setHeld((order) => order ?? latest.current.map((row) => row.peerId));
    };
    return { rows: held === null ? rows : inOrder(rows, held), hold, release };
  }, [held, rows]);
}

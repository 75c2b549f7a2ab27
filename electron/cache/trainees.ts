import type { TraineeView } from '../../shared/views.ts';
import type { Trainee } from '../../shared/wire/entities.ts';
import type { Store } from '../storage/open.ts';

/** The trainer's trainees in the cache. */
export interface TraineeCache {
  upsert(trainee: Trainee): void;
  remove(traineeId: number): void;
  /** Sorted by name. */
  list(): TraineeView[];
  nameOf(traineeId: number): string | undefined;
  removeAll(): void;
}

/** Prepares the statements on trainees. */
export function createTraineeCache(store: Store): TraineeCache {
  const upsert = store.prepare<[number, string, string, number | null]>(`
    INSERT INTO trainees (id, name, email, conversation_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
      conversation_id = coalesce(excluded.conversation_id, conversation_id)`);
  const remove = store.prepare<[number]>('DELETE FROM trainees WHERE id = ?');
  const list = store.prepare<[], TraineeView>(`
    SELECT t.id, t.name, t.email, coalesce(c.id, t.conversation_id) AS conversationId,
      c.last_message_at AS lastContactAt
    FROM trainees t LEFT JOIN conversations c ON c.peer_id = t.id`);
  const nameOf = store.prepare<[number], { name: string }>('SELECT name FROM trainees WHERE id = ?');
  const removeAll = store.prepare<[]>('DELETE FROM trainees');

  return {
    upsert: ({ id, name, email, conversationId }) => void upsert.run(id, name, email, conversationId),
    remove: (traineeId) => void remove.run(traineeId),
    list: () => list.all().toSorted((a, b) => a.name.localeCompare(b.name)),
    nameOf: (traineeId) => nameOf.get(traineeId)?.name,
    removeAll: () => void removeAll.run(),
  };
}

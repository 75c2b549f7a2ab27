import type { Trainee, TraineeDetail } from '../../shared/wire/entities.ts';
import { notFound } from '../operations/api-error.ts';
import type { Clock } from '../operations/clock.ts';
import type { Database } from '../storage/database.ts';
import type { Page } from './conversations.ts';
import { setArchived } from './conversation-repository.ts';
import { appendToFeeds, type FeedRow, type NewFeedEvent } from './feed-repository.ts';
import { cutPage, decodeCursor, encodeCursor, idCursorSchema } from '../operations/page-cursor.ts';
import {
  changeTrainer,
  findTraineeDetail,
  listTrainees,
  updateFacts,
  updateLastActive,
  type TraineeFacts,
} from './trainee-repository.ts';

/** Who trains whom. */
export interface Trainees {
  /** The trainer's own, by id. @throws ApiError 400 for a foreign cursor */
  list(trainerId: number, cursor: string | null, limit: number): Promise<Page<Trainee>>;
  /** @throws ApiError 404 */
  detail(trainerId: number, id: number): Promise<TraineeDetail>;
  /** Ends the relation and archives the conversation. @throws ApiError 404 */
  remove(trainerId: number, id: number): Promise<void>;
  /** Gives a trainee without trainer a trainer, and back the conversation they had. @throws ApiError 404 */
  assign(trainerId: number, id: number): Promise<void>;
  /** Changes what is known of a trainee; their trainer is told. @throws ApiError 404 when nobody is this trainee */
  update(id: number, facts: TraineeFacts): Promise<void>;
  /** Notes that a trainee was here, at most once a minute. */
  noteActivity(id: number): Promise<void>;
}

const ACTIVITY_GRAIN_MS = 60_000;

/** The relations in this database; `announce` is called with the feed events of each commit. */
export function createTrainees(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly announce: (rows: readonly FeedRow[]) => void;
}): Trainees {
  const { database, clock, announce } = parts;
  const lastNoted = new Map<number, number>();

  async function changeRelation(trainerId: number, id: number, isRemoval: boolean): Promise<void> {
    const rows = await database.transaction(async (trx) => {
      const hasChanged = isRemoval
        ? await changeTrainer(trx, id, trainerId, null)
        : await changeTrainer(trx, id, null, trainerId);
      if (!hasChanged) throw notFound();
      const conversationId = await setArchived(trx, trainerId, id, isRemoval);
      const relation: NewFeedEvent = {
        userId: trainerId,
        type: isRemoval ? 'trainee.removed' : 'trainee.added',
        subjectId: id,
      };
      const conversation: NewFeedEvent[] =
        conversationId === null
          ? []
          : [trainerId, id].map((userId) => ({
              userId,
              type: isRemoval ? 'conversation.archived' : 'conversation.restored',
              conversationId,
            }));
      return appendToFeeds(
        trx,
        isRemoval ? [...conversation, relation] : [relation, ...conversation],
        clock(),
      );
    });
    announce(rows);
  }

  return {
    async list(trainerId, cursor, limit) {
      const afterId = cursor === null ? 0 : decodeCursor(cursor, idCursorSchema).id;
      const { items, last } = cutPage(
        await listTrainees(database.read, trainerId, afterId, limit + 1),
        limit,
      );
      return { items, nextCursor: last && encodeCursor({ id: last.id }) };
    },

    async detail(trainerId, id) {
      const trainee = await findTraineeDetail(database.read, trainerId, id);
      if (!trainee) throw notFound();
      return trainee;
    },

    remove: (trainerId, id) => changeRelation(trainerId, id, true),
    assign: (trainerId, id) => changeRelation(trainerId, id, false),

    async update(id, facts) {
      const rows = await database.transaction(async (trx) => {
        const trainerId = await updateFacts(trx, id, facts);
        if (trainerId === undefined) throw notFound();
        if (trainerId === null) return [];
        return appendToFeeds(trx, [{ userId: trainerId, type: 'trainee.updated', subjectId: id }], clock());
      });
      announce(rows);
    },

    async noteActivity(id) {
      const now = clock();
      if (now - (lastNoted.get(id) ?? Number.NEGATIVE_INFINITY) < ACTIVITY_GRAIN_MS) return;
      lastNoted.set(id, now);
      await database.transaction((trx) => updateLastActive(trx, id, now));
    },
  };
}

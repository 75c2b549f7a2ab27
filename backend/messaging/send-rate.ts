import { z } from '../../shared/schema.ts';
import { rateLimited } from '../operations/api-error.ts';
import type { Value } from '../storage/statement.ts';
import type { Queries, Tables, WriteTransaction } from '../storage/tables.ts';

const WINDOW_MS = 60_000;
const timesSchema = z.array(z.number());

/** The times of acceptance that still count at `now`, and how long to wait when they fill the limit. */
function checkSendRate(
  acceptedAt: readonly number[],
  now: number,
  limit: number,
): { readonly recent: readonly number[]; readonly retryAfterSeconds: number | null } {
  const recent = acceptedAt.filter((time) => now - time < WINDOW_MS);
  if (recent.length < limit) return { recent, retryAfterSeconds: null };
  // The place that frees up next is that of the oldest message within the last `limit`.
  const oldest = recent[recent.length - limit] ?? now;
  return { recent, retryAfterSeconds: Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1_000)) };
}

/** The times of somebody's last accepted messages, as they are stored. */
export type SendRateRow = Pick<Tables['send_rates'], 'accepted_at'>;

/**
 * Finds the times of the sender's last accepted messages; nobody else can take a place before the transaction
 * ends. There is no row before the first message, and none is locked for nobody (null).
 */
export function lockedSendRate(db: Queries, userId: Value<number | null>) {
  return db.selectFrom('send_rates').select('accepted_at').where('user_id', '=', userId).forNoKeyUpdate();
}

/** Makes the row for the first message of all. Whoever else sends one for the same user waits here. */
export async function insertSendRate(trx: WriteTransaction, userId: number): Promise<void> {
  await trx
    .insertInto('send_rates')
    .values({ user_id: userId, accepted_at: '[]' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Takes one place of the sender's rolling minute, if there is one. `row` was locked before `now` was read.
 * @returns the times of acceptance that are to be stored with the message, so that one that is not stored costs nothing
 * @throws ApiError 429 at once
 */
export function takePlace(row: SendRateRow | undefined, now: number, limit: number): string {
  const acceptedAt = timesSchema.parse(JSON.parse(row?.accepted_at ?? '[]'));
  const { recent, retryAfterSeconds } = checkSendRate(acceptedAt, now, limit);
  if (retryAfterSeconds !== null) {
    throw rateLimited({ name: 'send', quota: limit, windowSeconds: WINDOW_MS / 1_000, retryAfterSeconds });
  }
  return JSON.stringify([...recent, now]);
}

/** Stores the times of the sender's last accepted messages. */
export function updateSendRate(db: Queries, userId: Value<number>, acceptedAt: Value<string>) {
  return db.updateTable('send_rates').set({ accepted_at: acceptedAt }).where('user_id', '=', userId);
}

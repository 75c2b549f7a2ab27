import { z } from '../../shared/schema.ts';
import { rateLimited } from '../operations/api-error.ts';
import type { Tables, WriteTransaction } from '../storage/tables.ts';

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
 * ends. There is no row before the first message, and none is locked when there is no limit (0).
 */
export function lockedSendRate(trx: WriteTransaction, userId: number, limit: number) {
  return trx
    .selectFrom('send_rates')
    .select('accepted_at')
    .where('user_id', '=', limit === 0 ? null : userId)
    .forNoKeyUpdate();
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
 * Takes one place of the sender's rolling minute, inside the sending transaction, so that a message that
 * is not stored costs nothing. `row` was locked before `now` was read. Null when there is no limit (0).
 * @throws ApiError 429 at once
 */
export function takeSendToken(
  trx: WriteTransaction,
  userId: number,
  row: SendRateRow | undefined,
  now: number,
  limit: number,
) {
  if (limit === 0) return null;
  const acceptedAt = timesSchema.parse(JSON.parse(row?.accepted_at ?? '[]'));
  const { recent, retryAfterSeconds } = checkSendRate(acceptedAt, now, limit);
  if (retryAfterSeconds !== null) {
    throw rateLimited({ name: 'send', quota: limit, windowSeconds: WINDOW_MS / 1_000, retryAfterSeconds });
  }
  return trx
    .updateTable('send_rates')
    .set({ accepted_at: JSON.stringify([...recent, now]) })
    .where('user_id', '=', userId);
}

import { z } from '../../shared/schema.ts';
import { rateLimited } from '../operations/api-error.ts';
import type { WriteTransaction } from '../storage/tables.ts';

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

/**
 * Takes one place of the sender's rolling minute, inside the sending transaction, so that a message that
 * is not stored costs nothing and no two connections get the same place. 0 switches the limit off.
 * @throws ApiError 429
 */
export async function takeSendToken(
  trx: WriteTransaction,
  userId: number,
  now: number,
  limit: number,
): Promise<void> {
  if (limit === 0) return;
  const row = await trx
    .selectFrom('send_rates')
    .select('accepted_at')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  const { recent, retryAfterSeconds } = checkSendRate(
    timesSchema.parse(JSON.parse(row?.accepted_at ?? '[]')),
    now,
    limit,
  );
  if (retryAfterSeconds !== null) {
    throw rateLimited({ name: 'send', quota: limit, windowSeconds: WINDOW_MS / 1_000, retryAfterSeconds });
  }
  const acceptedAt = JSON.stringify([...recent, now]);
  await trx
    .insertInto('send_rates')
    .values({ user_id: userId, accepted_at: acceptedAt })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ accepted_at: acceptedAt }))
    .execute();
}

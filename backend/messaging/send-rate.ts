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
 * The times of the sender's last accepted messages; nobody else can take a place before the transaction ends.
 * Without a limit (0) there is nothing to know and nobody to wait for.
 */
export async function lockSendRate(
  trx: WriteTransaction,
  userId: number,
  limit: number,
): Promise<readonly number[]> {
  if (limit === 0) return [];
  const lock = () =>
    trx
      .selectFrom('send_rates')
      .select('accepted_at')
      .where('user_id', '=', userId)
      .forNoKeyUpdate()
      .executeTakeFirst();
  let row = await lock();
  if (!row) {
    // The first message of all: whoever else sends one for the same user waits here.
    await trx
      .insertInto('send_rates')
      .values({ user_id: userId, accepted_at: '[]' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    row = await lock();
  }
  return timesSchema.parse(JSON.parse(row?.accepted_at ?? '[]'));
}

/**
 * Takes one place of the sender's rolling minute, inside the sending transaction, so that a message that
 * is not stored costs nothing. `acceptedAt` is what {@link lockSendRate} gave, and `now` was read after that.
 * @throws ApiError 429
 */
export async function takeSendToken(
  trx: WriteTransaction,
  userId: number,
  acceptedAt: readonly number[],
  now: number,
  limit: number,
): Promise<void> {
  if (limit === 0) return;
  const { recent, retryAfterSeconds } = checkSendRate(acceptedAt, now, limit);
  if (retryAfterSeconds !== null) {
    throw rateLimited({ name: 'send', quota: limit, windowSeconds: WINDOW_MS / 1_000, retryAfterSeconds });
  }
  await trx
    .updateTable('send_rates')
    .set({ accepted_at: JSON.stringify([...recent, now]) })
    .where('user_id', '=', userId)
    .execute();
}

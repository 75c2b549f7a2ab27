import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { SnapshotAnswer } from '../../shared/wire/rest.ts';
import { storeConversation } from '../cache/cache.ts';
import type { CachedCursor } from '../cache/cursor.ts';
import { noEdits, type Edits } from '../cache/edits.ts';
import type { Clock } from '../engine-api.ts';
import type { Api } from './api.ts';
import type { ApplyParts } from './apply.ts';

/** Own messages of this age, in milliseconds, are sent again after the server was restored from a backup. */
const RESCUE_MS = 30 * 24 * 60 * 60 * 1_000;

/** Another server answers at the address; nothing of this account may go to it. */
export const FOREIGN_SERVER: ClientError = {
  code: 'another_server',
};

const TORN_SNAPSHOT: ClientError = {
  code: 'server_error',
};

/**
 * Pages the server's snapshot and puts it in the place of the cache's contents in one transaction. If
 * the server is a restored backup of the one known, own recent messages go back to the outbox first.
 */
export async function refill(
  parts: ApplyParts & {
    readonly api: Api;
    readonly clock: Clock;
    readonly serverId: string;
    readonly isReadOnly: boolean;
  },
  isActive: () => boolean,
): Promise<Result<Edits, ClientError>> {
  const pages: SnapshotAnswer[] = [];
  let pageCursor: string | null = null;
  do {
    const answer: Awaited<ReturnType<Api['snapshot']>> = await parts.api.snapshot(pageCursor);
    if (!answer.ok) return fail(answer.error.error);
    if (answer.value.serverId !== parts.serverId) return fail(FOREIGN_SERVER);
    if (answer.value.epoch !== (pages[0] ?? answer.value).epoch) return fail(TORN_SNAPSHOT);
    pages.push(answer.value);
    pageCursor = answer.value.nextCursor;
  } while (pageCursor !== null);
  const [first] = pages;
  if (!first || !isActive()) return fail(TORN_SNAPSHOT);

  const before = parts.cache.cursor.get();
  if (before && before.epoch !== first.epoch && !parts.isReadOnly) rescueOwnMessages(parts);
  const { serverId, epoch, feedSeq } = first;
  swap(parts, pages, { serverId, epoch, feedSeq });
  return ok({ ...noEdits(), reset: true, trainees: true, missesHistory: true });
}

function rescuedSince(clock: Clock): string {
  return new Date(clock.now() - RESCUE_MS).toISOString();
}

function swap(
  { cache, selfId, clock }: ApplyParts & { readonly clock: Clock },
  pages: readonly SnapshotAnswer[],
  cursor: CachedCursor,
): void {
  cache.transaction(() => {
    // What others wrote comes again when they rescue it; nothing older than that does.
    cache.notified.markAll();
    cache.notified.removeBefore(rescuedSince(clock));
    cache.messages.removeAll();
    cache.conversations.removeAll();
    cache.trainees.removeAll();
    for (const page of pages) {
      for (const conversation of page.conversations) storeConversation(cache, conversation, selfId);
      for (const trainee of page.trainees) cache.trainees.upsert(trainee);
    }
    cache.cursor.set(cursor);
  });
}

/**
 * The server knows the messages that it still has by their ids and stores the lost ones again. Read
 * marks are dropped: conversations made after the backup may have got other numbers.
 */
function rescueOwnMessages({ cache, outbox, marks, clock }: ApplyParts & { readonly clock: Clock }): void {
  outbox.prepend(
    cache.messages.ownSince(rescuedSince(clock)).map(({ peerId, message }) => ({
      clientMessageId: message.clientMessageId,
      peerId,
      content: message.content,
      queuedAt: message.createdAt,
    })),
  );
  marks.removeAll();
}

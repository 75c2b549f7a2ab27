/** Small pieces that most engine tests need: temporary folders, open databases, wire entities. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Cache, createCache } from '../../../electron/cache/cache.ts';
import type { Clock } from '../../../electron/engine-api.ts';
import { createOutbox, type Outbox } from '../../../electron/outbox/outbox.ts';
import { createReadMarks, type ReadMarks } from '../../../electron/outbox/read-marks.ts';
import { openAccountStores } from '../../../electron/storage/account-stores.ts';
import type { Store } from '../../../electron/storage/open.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import type { Conversation, Message } from '../../../shared/wire/entities.ts';

export const SELF_ID = 1;
export const SERVER_ID = '11111111-1111-4111-8111-111111111111';
export const EPOCH = '22222222-2222-4222-8222-222222222222';

/** A UUID that shows its number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trainer-inbox-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Both databases of an account, open on real files. */
export interface Databases {
  readonly folder: string;
  readonly stores: { readonly cache: Store; readonly outbox: Store };
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly marks: ReadMarks;
}

/** Opens an account's databases in `folder`; they are closed after the test. */
export function openDatabases(folder = temporaryFolder(), clock: Clock = systemClock): Databases {
  const opened = openAccountStores(folder, { clock, log: () => undefined });
  if (!opened.ok) throw new Error(opened.error.code);
  const stores = opened.value;
  onTestFinished(() => {
    stores.cache.close();
    stores.outbox.close();
  });
  return {
    folder,
    stores,
    cache: createCache(stores.cache),
    outbox: createOutbox(stores.outbox),
    marks: createReadMarks(stores.outbox),
  };
}

/** A message; `seq` also gives its other numbers. */
export function message(part: Partial<Message> & Pick<Message, 'seq'>): Message {
  const conversationId = part.conversationId ?? 1;
  return {
    id: conversationId * 100_000 + part.seq,
    conversationId,
    senderId: conversationId + 100,
    clientMessageId: uuid(conversationId * 100_000 + part.seq),
    content: `message ${part.seq}`,
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, part.seq)).toISOString(),
    ...part,
  };
}

/** The conversation of the trainer {@link SELF_ID} with the trainee `100 + id`. */
export function conversation(part: Partial<Conversation> & Pick<Conversation, 'id'>): Conversation {
  const lastMessage = part.lastMessage ?? null;
  return {
    trainer: { id: SELF_ID, name: 'Jordan Reyes' },
    trainee: { id: part.id + 100, name: `Trainee ${part.id}` },
    isArchived: false,
    lastMessage,
    lastMessageAt: lastMessage?.createdAt ?? null,
    lastSeq: lastMessage?.seq ?? 0,
    readSeq: 0,
    peerReadSeq: 0,
    unreadCount: 0,
    ...part,
  };
}

/** The folder of {@link SELF_ID}'s account on {@link SERVER_ID} below an engine's `dataDir`. */
export function accountFolderOf(dataDir: string): string {
  return join(dataDir, 'accounts', SERVER_ID, String(SELF_ID));
}

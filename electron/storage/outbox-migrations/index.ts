import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';
import { digest } from './0020-digest.ts';

/** Schema steps of outbox.db, oldest first. */
export const outboxMigrations: readonly Migration[] = [initial, digest];

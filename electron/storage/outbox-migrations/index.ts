import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';

/** Schema steps of outbox.db, oldest first. */
export const outboxMigrations: readonly Migration[] = [initial];

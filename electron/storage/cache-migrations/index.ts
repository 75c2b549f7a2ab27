import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';
import { notifiedMessages } from './0020-notified-messages.ts';

/** Schema steps of cache.db, oldest first. */
export const cacheMigrations: readonly Migration[] = [initial, notifiedMessages];

import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';

/** Schema steps of cache.db, oldest first. */
export const cacheMigrations: readonly Migration[] = [initial];

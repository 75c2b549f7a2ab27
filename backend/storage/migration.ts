import type { WriteTransaction } from './tables.ts';

/** One step of the schema. Versions go up in tens, so that a repair can be put between two. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: WriteTransaction): Promise<void>;
}

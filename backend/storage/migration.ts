import type { SchemaDialect } from './schema-dialect.ts';
import type { WriteTransaction } from './tables.ts';

/** One step of the schema. Versions go up in tens, so that a repair can be put between two. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Runs on both databases; `dialect` has the types that differ. */
  up(db: WriteTransaction, dialect: SchemaDialect): Promise<void>;
}

/** One step of a database's schema. Numbers rise in steps of ten and are never reused. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The part of a database that migrating needs. */
export interface Migratable {
  version(): number;
  /** Runs the SQL and sets the version in one transaction. */
  step(migration: Migration): void;
}

/** The newest version among `migrations`. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** Brings a database to the newest version, one transaction per step. */
export function migrate(database: Migratable, migrations: readonly Migration[]): void {
  const from = database.version();
  for (const migration of migrations) {
    if (migration.version > from) database.step(migration);
  }
}

import type SqliteDatabase from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SelectModifierNode,
  type SqliteDatabase as KyselyDatabase,
  type SqliteDialectConfig,
} from 'kysely';

/** The ways of locking the rows that a query finds. */
const LOCKING = /^(For(Update|NoKeyUpdate|Share|KeyShare)|SkipLocked)$/;
/** How many prepared statements one connection keeps. */
const STATEMENT_CACHE_SIZE = 500;

/**
 * Takes the write lock when the transaction begins. SQLite's default takes it at the first write, where
 * a transaction that has read an older state can only fail.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #connection: SqliteDatabase.Database;

  constructor(connection: SqliteDatabase.Database, config: SqliteDialectConfig) {
    super(config);
    this.#connection = connection;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some failures SQLite has already done it; to ask for it again would hide the reason.
    if (this.#connection.inTransaction) await super.rollbackTransaction(connection);
  }
}

class QueryCompiler extends SqliteQueryCompiler {
  /**
   * Leaves the locking of rows out: SQLite has none, and needs none in a transaction that holds the lock of
   * the whole database from its start.
   */
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === undefined || !LOCKING.test(node.modifier)) super.visitSelectModifier(node);
  }

  /**
   * SQLite plans a prepared join anew for each value that a bare parameter is given, which takes longer than
   * most of our queries do. It does not look into a subquery for the value.
   */
  protected override getCurrentParameterPlaceholder(): string {
    return this.nodeStack[0]?.kind === 'SelectQueryNode' ? '(select ?)' : '?';
  }
}

/** Kysely prepares every query anew; the texts are few, so their statements are kept. */
function withStatementCache(connection: SqliteDatabase.Database): KyselyDatabase {
  const statements = new Map<string, SqliteDatabase.Statement>();
  return {
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const statement = connection.prepare(text);
      if (statements.size >= STATEMENT_CACHE_SIZE) statements.clear();
      statements.set(text, statement);
      return statement;
    },
    close() {
      statements.clear();
      connection.close();
    },
  };
}

/** Kysely dialect on one better-sqlite3 connection, whose transactions are all writing ones. */
export function immediateSqliteDialect(connection: SqliteDatabase.Database): Dialect {
  const config = { database: withStatementCache(connection) };
  const standard = new SqliteDialect(config);
  return {
    createAdapter: () => standard.createAdapter(),
    createDriver: (): Driver => new ImmediateDriver(connection, config),
    createIntrospector: (db) => standard.createIntrospector(db),
    createQueryCompiler: () => new QueryCompiler(),
  };
}

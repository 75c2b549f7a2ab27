import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { ConnectionLostError, isStaleStatement } from './postgres-errors.ts';

/** A query with more parameters than this is one of many texts that differ in their number: not worth keeping. */
const PREPARED_MAX_PARAMETERS = 24;
/** How many statements a connection keeps prepared. */
const PREPARED_MAX = 500;

/** Names for the texts of statements, the same on every connection of a pool. */
class StatementNames {
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** The name under which a text is prepared; undefined when it is not kept. */
  nameOf({ sql, parameters }: CompiledQuery): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    if (parameters.length > PREPARED_MAX_PARAMETERS || this.#names.size >= PREPARED_MAX) return undefined;
    const name = `s${this.#generation}_${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  /** Has everything prepared anew: the schema has changed. */
  forget(): void {
    this.#generation += 1;
    this.#names.clear();
  }
}

/** One connection of a pool, while it is lent. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  #isBroken = false;
  #isInTransaction = false;
  /** What the first statement that failed in the transaction said: nobody may have waited for it. */
  #failure: Error | null = null;
  /** The beginning of the transaction, until a statement has waited for it. */
  #beginning: Promise<unknown> | null = null;

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const beginning = this.#beginning;
    this.#beginning = null;
    const [{ command, rowCount, rows }] = await Promise.all([
      this.#runPrepared<R & pg.QueryResultRow>(query),
      beginning,
    ]);
    const isWriting = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    return { rows, ...(isWriting && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }

  /** Begins a transaction, on its way together with the first statement, which fails when this does. */
  async begin(): Promise<void> {
    this.#isInTransaction = true;
    this.#failure = null;
    // Said each time, because a server can have another level as its default: rows are locked one by one,
    // and what is read under a lock has to be what the one before has committed.
    this.#beginning = this.#run({ text: 'begin isolation level read committed' });
    // A transaction without any statement tells of it at its end.
    this.#beginning.catch(() => {});
  }

  /** Commits; when a statement had failed that nobody waited for, fails with what that said. */
  async commit(): Promise<void> {
    this.#isInTransaction = false;
    const { command } = await this.#run({ text: 'commit' });
    if (command === 'COMMIT') return;
    throw this.#failure ?? new Error('The transaction had failed before it was committed.');
  }

  /** Undoes the transaction; a connection on which that fails is closed, which undoes it, too. */
  async rollback(): Promise<void> {
    this.#isInTransaction = false;
    try {
      await this.#run({ text: 'rollback' });
    } catch {
      this.#isBroken = true;
    }
  }

  streamQuery(): never {
    throw new Error('Rows are read all at once.');
  }

  /** Gives the connection back, or closes it when it is not good for another query. */
  release(): void {
    this.#client.release(this.#isBroken);
  }

  async #runPrepared<R extends pg.QueryResultRow>(query: CompiledQuery): Promise<pg.QueryResult<R>> {
    // As it was sent: the transaction may be at its end when the answer comes.
    const isInTransaction = this.#isInTransaction;
    const run = () => {
      const name = this.#names.nameOf(query);
      const values = [...query.parameters];
      return this.#run<R>({ ...(name !== undefined && { name }), text: query.sql, values });
    };
    try {
      return await run();
    } catch (error) {
      if (isInTransaction && error instanceof Error) this.#failure ??= error;
      // A transaction has failed with its statement, and is run again as a whole.
      if (isInTransaction || !isStaleStatement(error)) throw error;
      return run();
    }
  }

  async #run<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    try {
      return await this.#client.query<R>(query);
    } catch (error) {
      if (error instanceof pg.DatabaseError) {
        if (isStaleStatement(error)) this.#names.forget();
        throw error;
      }
      // The answer to this query may still come; nobody else may read it as the answer to theirs.
      this.#isBroken = true;
      throw new ConnectionLostError('The connection to the database is lost.', { cause: error });
    }
  }
}

/** Lends the connections of a pool to Kysely. */
class PostgresDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #names = new StatementNames();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    try {
      return new PostgresConnection(await this.#pool.connect(), this.#names);
    } catch (error) {
      throw new ConnectionLostError('There is no connection to the database.', { cause: error });
    }
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

/** Kysely dialect on a pool, with prepared statements and with errors that tell a lost connection. */
export function pooledPostgresDialect(pool: pg.Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

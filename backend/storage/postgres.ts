import { Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Clock } from '../operations/clock.ts';
import { SettingsError } from '../settings-error.ts';
import type { Database } from './database.ts';
import { checkSchemaVersion, migrate } from './migrate.ts';
import { pooledPostgresDialect } from './postgres-driver.ts';
import { isPostgresUnavailable, isWorthAnotherRun } from './postgres-errors.ts';
import { postgresSchema } from './schema-dialect.ts';
import type { Tables, WriteTransaction } from './tables.ts';

/**
 * Connections of one process. The two kinds are apart, so that a transaction that also reads outside
 * itself never waits for a connection that others like it hold. Four processes fit into a server's usual 100.
 */
const READ_CONNECTIONS = 8;
const WRITE_CONNECTIONS = 12;

/** Milliseconds. Together they keep a request under its 10 s, whichever of them it runs into. */
const CONNECT_TIMEOUT_MS = 3_000;
const LOCK_TIMEOUT_MS = 4_000;
const STATEMENT_TIMEOUT_MS = 5_000;
/** For a server that does not even say that the time is over: a lost network, a machine that stands still. */
const ANSWER_TIMEOUT_MS = 6_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 8_000;
/** The schema is changed before anybody waits for an answer. */
const MIGRATION_TIMEOUT_MS = 10 * 60_000;

/** How often a transaction runs in all when others are in its way. */
const RUNS_MAX = 5;

/** Held while the schema is looked at and changed: of processes that start together, one does it. */
const MIGRATION_LOCK = 7_263_001;

/** 64-bit integers as numbers, since none of ours leaves their exact range. Of these pools alone, not of all `pg`. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

function cannotOpen(address: string, reason: string): SettingsError {
  const { host, pathname } = new URL(address);
  return new SettingsError(`The database ${host}${pathname} cannot be opened (${reason}).`);
}

/** What is told of a failure to open: a code where there is one, because a text may quote the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof pg.DatabaseError) return cause.message;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return 'no answer';
}

function openPool(address: string, connections: number, settings: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    // Statements that are run together, and the first of a transaction, do not wait for the answer before.
    pipeline: true,
    application_name: 'trainer-inbox',
    types,
    ...settings,
    connectionString: address,
  });
  // A connection that breaks is thrown away by the pool, and whoever uses it is told by their query. Without a
  // listener the event itself would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Brings the schema up to date on a connection of its own, which may take its time. */
async function prepareSchema(address: string, now: number): Promise<void> {
  const patient = { lock_timeout: MIGRATION_TIMEOUT_MS, statement_timeout: MIGRATION_TIMEOUT_MS };
  const pool = openPool(address, 1, { ...patient, query_timeout: MIGRATION_TIMEOUT_MS });
  const db = new Kysely<Tables>({ dialect: pooledPostgresDialect(pool) });
  const write = <T>(work: (trx: WriteTransaction) => Promise<T>) =>
    db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(trx);
      return work(trx);
    });
  try {
    await checkSchemaVersion(db, postgresSchema);
    await migrate(write, postgresSchema, now);
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    if (error instanceof pg.DatabaseError || isPostgresUnavailable(error))
      throw cannotOpen(address, reasonOf(error));
    throw error;
  } finally {
    await db.destroy();
  }
}

/**
 * Opens a PostgreSQL database that exists and brings its schema up to date.
 * @throws SettingsError when the server cannot be reached, or refuses, or holds something else
 */
export async function openPostgres(address: string, clock: Clock): Promise<Database> {
  await prepareSchema(address, clock());
  const readPool = openPool(address, READ_CONNECTIONS, { options: '-c default_transaction_read_only=on' });
  const writePool = openPool(address, WRITE_CONNECTIONS, {});
  const read = new Kysely<Tables>({ dialect: pooledPostgresDialect(readPool) });
  const write = new Kysely<Tables>({ dialect: pooledPostgresDialect(writePool) });

  return {
    read,
    async transaction(work) {
      for (let run = 1; ; run += 1) {
        try {
          return await write.transaction().execute(work);
        } catch (error) {
          if (run === RUNS_MAX || !isWorthAnotherRun(error)) throw error;
        }
      }
    },
    // Not `now()`, which is when the transaction began: it has waited for locks since.
    time: () => sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    connections() {
      const sum = (count: (pool: pg.Pool) => number) => count(readPool) + count(writePool);
      return {
        'in use': sum((pool) => pool.totalCount - pool.idleCount),
        idle: sum((pool) => pool.idleCount),
        waiting: sum((pool) => pool.waitingCount),
      };
    },
    async close() {
      await Promise.all([read.destroy(), write.destroy()]);
      // Kysely closes only what it has used.
      for (const pool of [readPool, writePool]) if (!pool.ended) await pool.end();
    },
  };
}

import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { WriteTransaction } from './tables.ts';

/** Who this database is. */
export interface ServerIdentity {
  /** UUID of the database, kept by backup and restore. */
  readonly serverId: string;
  /** UUID of this incarnation; a restored backup gets a new one. */
  readonly epoch: string;
}

async function readOrCreate(trx: WriteTransaction, key: string, create: () => string): Promise<string> {
  const find = () => trx.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  const known = await find();
  if (known) return known.value;
  // Two nodes may start on one new database: what the first of them has written holds for both.
  await trx
    .insertInto('meta')
    .values({ key, value: create() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const settled = await find();
  if (!settled) throw new Error(`The database does not keep its ${key}.`);
  return settled.value;
}

/** Reads the database's identity, giving it one at its first start. */
export function loadIdentity(database: Database): Promise<ServerIdentity> {
  return database.transaction(async (trx) => ({
    serverId: await readOrCreate(trx, 'server_id', randomUUID),
    epoch: await readOrCreate(trx, 'epoch', randomUUID),
  }));
}

/** The signing secret that a demo keeps in its own database: 256 random bits, base64url. */
export function loadDemoSecret(database: Database): Promise<string> {
  return database.transaction((trx) =>
    readOrCreate(trx, 'demo_auth_secret', () => randomBytes(32).toString('base64url')),
  );
}

import type { KyselyPlugin } from 'kysely';
import type { Sending } from '../messaging/sending.ts';
import type { Database } from '../storage/database.ts';
import { ApiError } from './api-error.ts';
import type { Metrics } from './metrics.ts';

function secondsSince(start: number): number {
  return (performance.now() - start) / 1_000;
}

/** Times the queries of a connection; one that fails is not counted, its request's status tells. */
function queryTimer(metrics: Metrics): KyselyPlugin {
  const starts = new WeakMap<object, number>();
  return {
    transformQuery({ queryId, node }) {
      starts.set(queryId, performance.now());
      return node;
    },
    transformResult({ queryId, result }) {
      const start = starts.get(queryId);
      if (start !== undefined) metrics.databaseUsed('read', secondsSince(start));
      return Promise.resolve(result);
    },
  };
}

/** The same database, with its time measured. */
export function meterDatabase(database: Database, metrics: Metrics): Database {
  return {
    ...database,
    read: database.read.withPlugin(queryTimer(metrics)),
    async transaction(work) {
      const start = performance.now();
      try {
        return await database.transaction(work);
      } finally {
        metrics.databaseUsed('transaction', secondsSince(start));
      }
    },
  };
}

/** The same sending, with what becomes of each message counted. */
export function meterSending(sending: Sending, metrics: Metrics): Sending {
  async function count<T extends { readonly isRepeat: boolean }>(attempt: Promise<T>): Promise<T> {
    try {
      const outcome = await attempt;
      metrics.sendEnded(outcome.isRepeat ? 'repeated' : 'accepted');
      return outcome;
    } catch (error) {
      metrics.sendEnded(error instanceof ApiError ? error.code : 'failed');
      throw error;
    }
  }
  return {
    send: (...args) => count(sending.send(...args)),
    start: (...args) => count(sending.start(...args)),
  };
}

import type { ClientError } from '../../shared/errors.ts';
import type { Change, ConnectionView } from '../../shared/views.ts';
import type { Edits } from '../cache/edits.ts';
import type { Log } from '../engine-api.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Views } from '../outbox/views.ts';
import { CorruptDatabaseError, storageError } from '../storage/errors.ts';
import type { Health } from './health.ts';

/** Tells the window what commits changed, in one batch each, and what became of the connection. */
export interface Reporter {
  /** The changes of one commit, with those to the connection that come of it. */
  publish(edits: Edits): void;
  connection(): ConnectionView;
  /** Tells the connection's view if it is another than the one told last. */
  tellConnection(): void;
  storageProblem(): ClientError | null;
  /** Tells a failure of the disk or the database; the error for the one who asked. */
  noteStorageFailure(thrown: unknown): ClientError;
}

const OUTBOX_LOST: ClientError = {
  code: 'storage_failed',
  message: 'The unsent messages on this computer could not be read. The damaged file was kept.',
};

/** Creates the reporter of one account. */
export function createReporter(parts: {
  readonly views: Views;
  readonly outbox: Outbox;
  readonly health: Health;
  /** Milliseconds since 1970 until which nothing is sent, or null. */
  readonly pausedUntil: () => number | null;
  readonly isOutboxLost: boolean;
  readonly isActive: () => boolean;
  readonly log: Log;
  readonly tell: (changes: readonly Change[]) => void;
  readonly onCorruptCache: () => void;
}): Reporter {
  /** Stays until the next start, however well the new file works. */
  const lasting = parts.isOutboxLost ? OUTBOX_LOST : null;
  let passing: ClientError | null = null;
  let toldConnection = '';

  function connection(): ConnectionView {
    const pausedUntil = parts.pausedUntil();
    return {
      ...parts.health.view(),
      waitingCount: parts.outbox.waitingCount(),
      sendPausedUntil: pausedUntil === null ? null : new Date(pausedUntil).toISOString(),
    };
  }

  /** The change to the connection's view, if it is one; the time of the last answer alone is none. */
  function connectionChange(): Change[] {
    const view = connection();
    const fingerprint = JSON.stringify({ ...view, lastUpdatedAt: null });
    if (fingerprint === toldConnection) return [];
    toldConnection = fingerprint;
    return [{ type: 'connection.changed', connection: view }];
  }

  function tell(changes: readonly Change[]): void {
    if (changes.length > 0) parts.tell(changes);
  }

  return {
    publish: (edits) => {
      if (!parts.isActive()) return;
      const changes = [...parts.views.changes(edits), ...connectionChange()];
      if (passing) {
        passing = null;
        changes.push({ type: 'storage.changed', storageProblem: lasting });
      }
      tell(changes);
    },
    connection,
    tellConnection: () => {
      if (parts.isActive()) tell(connectionChange());
    },
    storageProblem: () => passing ?? lasting,
    noteStorageFailure: (thrown) => {
      const error = storageError(thrown);
      if (!parts.isActive()) return error;
      parts.log('storage.failed', {
        code: error.code,
        reason: thrown instanceof Error ? thrown.name : 'unknown',
      });
      if (thrown instanceof CorruptDatabaseError && thrown.database === 'cache') {
        parts.onCorruptCache();
        return error;
      }
      passing = error;
      tell([{ type: 'storage.changed', storageProblem: error }]);
      return error;
    },
  };
}

import type { ClientError } from '../../shared/errors.ts';
import type { Change, ConnectionView } from '../../shared/views.ts';
import type { Edits } from '../cache/edits.ts';
import type { Views } from '../outbox/views.ts';
import type { Health } from './health.ts';
import type { StorageWatch } from './storage-watch.ts';

/** Tells the window what commits changed, in one batch each, and what became of the connection. */
export interface Reporter {
  /** The changes of one commit, with those to the connection that come of it. */
  publish(edits: Edits): void;
  connection(): ConnectionView;
  /** Tells the connection's view if it is another than the one told last. */
  tellConnection(): void;
  storageProblem(): ClientError | null;
  tellStorage(): void;
}

/** Creates the reporter of one account. */
export function createReporter(parts: {
  readonly views: Views;
  /** Messages still to be sent. */
  readonly waitingCount: () => number;
  /** The cache was filled from the server at least once. */
  readonly isFilled: () => boolean;
  readonly health: Health;
  /** Milliseconds since 1970 until which nothing is sent, or null. */
  readonly pausedUntil: () => number | null;
  /** What was repaired at this start: told until the next one, however well everything works. */
  readonly notice: ClientError | null;
  readonly watch: StorageWatch;
  readonly isActive: () => boolean;
  readonly tell: (changes: readonly Change[]) => void;
}): Reporter {
  let toldConnection = '';

  function connection(): ConnectionView {
    const pausedUntil = parts.pausedUntil();
    return {
      ...parts.health.view(),
      waitingCount: parts.waitingCount(),
      isFilled: parts.isFilled(),
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

  function storageProblem(): ClientError | null {
    return parts.watch.problem() ?? parts.notice;
  }

  function tell(changes: readonly Change[]): void {
    if (changes.length > 0) parts.tell(changes);
  }

  return {
    publish: (edits) => {
      if (!parts.isActive()) return;
      tell([...parts.views.changes(edits), ...connectionChange()]);
    },
    connection,
    tellConnection: () => {
      if (parts.isActive()) tell(connectionChange());
    },
    storageProblem,
    tellStorage: () => {
      if (parts.isActive()) tell([{ type: 'storage.changed', storageProblem: storageProblem() }]);
    },
  };
}

import type { ConnectionView } from '../../shared/views.ts';
import type { Clock } from '../engine-api.ts';

/** What is known about the way to the server, from real traffic only. */
export interface Health {
  socketUp(): void;
  socketDown(): void;
  /** A catch-up worked, or failed. */
  caughtUp(isOk: boolean): void;
  /** The server answered; `serverTime` is its clock in milliseconds since 1970, if it said. */
  heard(serverTime: number | null, precisionMs: number): void;
  /** True when requests get through and the cache was seen to be of the server's present epoch. */
  isOpen(): boolean;
  view(): Pick<ConnectionView, 'phase' | 'lastUpdatedAt' | 'serverTimeOffsetMs'>;
}

/** Creates the health of one account's connection: nothing is known yet. */
export function createHealth(clock: Clock): Health {
  let isSocketUp = false;
  /** How the last catch-up since the socket went ended; null: none yet. */
  let isReached: boolean | null = null;
  let lastHeardAt: number | null = null;
  let offset = 0;

  function phase(): ConnectionView['phase'] {
    if (isSocketUp) return 'live';
    if (isReached === null) return 'connecting';
    return isReached ? 'polling' : 'offline';
  }

  return {
    socketUp: () => {
      isSocketUp = true;
    },
    socketDown: () => {
      isSocketUp = false;
      isReached = null;
    },
    caughtUp: (isOk) => {
      // With a live socket one failed request is the server's hiccup, not the end of the connection.
      if (isOk || !isSocketUp) isReached = isOk;
    },
    heard: (serverTime, precisionMs) => {
      lastHeardAt = clock.now();
      if (serverTime === null) return;
      const measured = serverTime - lastHeardAt;
      if (Math.abs(measured - offset) > precisionMs) offset = measured;
    },
    isOpen: () => isReached === true,
    view: () => ({
      phase: phase(),
      lastUpdatedAt: lastHeardAt === null ? null : new Date(lastHeardAt).toISOString(),
      serverTimeOffsetMs: offset,
    }),
  };
}

import type { Place } from '../../shared/place.ts';
import type { Change } from '../../shared/views.ts';

/** Holds where the person is, for the page that follows one that crashed. In memory only. */
export interface PlaceKeeper {
  /** Null until the page told one, and after the account changed. */
  current(): Place | null;
  keep(place: Place): void;
  /** What was just published. */
  follow(changes: readonly Change[]): void;
}

/** Creates a keeper that knows no place yet. */
export function createPlaceKeeper(): PlaceKeeper {
  let kept: Place | null = null;
  return {
    current: () => kept,
    keep: (place) => {
      kept = place;
    },
    follow: (changes) => {
      // What one person wrote and read is nothing for the next.
      if (changes.some(({ type }) => type === 'session.changed')) kept = null;
    },
  };
}

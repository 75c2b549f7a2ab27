import { type Place, placeSchema } from '../../shared/place.ts';
import { z } from '../../shared/schema.ts';
import type { Change, SessionView } from '../../shared/views.ts';

/** What of a place outlives the app: not what was typed, which is sent or lost, by the spec. */
export const rememberedPlaceSchema = placeSchema
  .omit({ drafts: true })
  .extend({ server: z.string(), userId: z.number() });
/** Parsed {@link rememberedPlaceSchema}. */
export type RememberedPlace = Readonly<z.infer<typeof rememberedPlaceSchema>>;

/** What {@link createPlaceKeeper} needs. */
export interface PlaceParts {
  /** Who is signed in. */
  readonly session: () => SessionView | null;
  readonly remembered: () => RememberedPlace | null;
  readonly remember: (place: RememberedPlace | null) => void;
}

/** Holds where the person is, for the page that follows one that crashed, and for the next start. */
export interface PlaceKeeper {
  /** Null until the page told one, and after the account changed. */
  current(): Place | null;
  keep(place: Place): void;
  /** What was just published. */
  follow(changes: readonly Change[]): void;
  /** Remembers the place to the message; for the app's end. */
  stop(): void;
}

/** Creates a keeper that knows what was remembered. */
export function createPlaceKeeper({ session, remembered, remember }: PlaceParts): PlaceKeeper {
  let kept: Place | null = null;

  function ofLastStart(): Place | null {
    const place = remembered();
    const now = session();
    if (place === null || now === null || now.server !== place.server || now.user.id !== place.userId)
      return null;
    const { server: _server, userId: _userId, ...rest } = place;
    return { ...rest, drafts: [] };
  }

  function save(): void {
    const now = session();
    if (kept === null || now === null || now.isDemo || now.impersonator !== null) return;
    const { drafts: _drafts, ...place } = kept;
    remember({ ...place, server: now.server, userId: now.user.id });
  }

  return {
    current: () => kept ?? ofLastStart(),
    keep: (place) => {
      const before = kept;
      kept = place;
      // Scrolling tells of a new place many times a second; for that the end of the app is soon enough.
      const isSame = (['panel', 'openPeerId', 'openTraineeId', 'filter'] as const).every(
        (part) => before?.[part] === place[part],
      );
      if (!isSame) save();
    },
    follow: (changes) => {
      const changed = changes.find((change) => change.type === 'session.changed');
      if (changed === undefined) return;
      // What one person wrote and read is nothing for the next.
      kept = null;
      if (changed.session === null) remember(null);
    },
    stop: save,
  };
}

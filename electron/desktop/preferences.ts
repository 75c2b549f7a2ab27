import { readFileSync } from 'node:fs';
import path from 'node:path';
import { desktopSettingsSchema } from '../../shared/desktop.ts';
import { z } from '../../shared/schema.ts';
import { languageChoiceSchema } from '../../shared/words/languages.ts';
import type { Log } from '../engine-api.ts';
import { replaceFile } from '../storage/replace-file.ts';
import { errorKind } from './error-kind.ts';
import { rememberedPlaceSchema } from './place.ts';
import { windowStateSchema } from './window-state.ts';
import { ZOOM_LIMITS } from './zoom.ts';

/** Each field has a value of its own for a file that is not there, older, or not to be understood. */
const preferencesSchema = z.object({
  language: languageChoiceSchema.catch('system'),
  desktop: desktopSettingsSchema.extend({ enterSends: z.boolean().catch(true) }).catch({
    notifications: true,
    notificationContent: 'full',
    notificationSound: true,
    closeToTray: true,
    startAtLogin: false,
    enterSends: true,
  }),
  /** Milliseconds since 1970. */
  pausedUntil: z.number().nullable().catch(null),
  /** The person was told that closing the window does not end the app. */
  knowsTray: z.boolean().catch(false),
  /** Place and size of the window in the system's coordinates, or null before it was ever closed. */
  window: windowStateSchema.nullable().catch(null),
  /** Where in the window the person was, or null when nobody was signed in. */
  place: rememberedPlaceSchema.nullable().catch(null),
  /** How large the window draws everything; 1 is the actual size. */
  zoom: z.number().min(ZOOM_LIMITS.least).max(ZOOM_LIMITS.greatest).catch(1),
});

/** What the person chose for this computer, whoever is signed in. */
export type Preferences = Readonly<z.infer<typeof preferencesSchema>>;

/** The preferences of a profile. */
export interface PreferencesFile {
  readonly current: Preferences;
  /** Changes some; they count at once, and at the next start unless the disk refuses them, which is only logged. */
  change(some: Partial<Preferences>): void;
}

/** Opens `preferences.json` in this folder, which need not be there. */
export function openPreferences(folder: string, log: Log): PreferencesFile {
  const file = path.join(folder, 'preferences.json');
  let current = read(file);
  return {
    get current() {
      return current;
    },
    change(some) {
      current = { ...current, ...some };
      try {
        replaceFile(file, JSON.stringify(current));
      } catch (error) {
        log('preferences.not_saved', { error: errorKind(error) });
      }
    },
  };
}

function read(file: string): Preferences {
  let stored: unknown = {};
  try {
    stored = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // No file yet, or one that another hand has spoiled: the values of the schema do.
  }
  return preferencesSchema.catch(() => preferencesSchema.parse({})).parse(stored);
}

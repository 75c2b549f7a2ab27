/** The languages that the app speaks, and how one is found for a person. */
import { z } from '../schema.ts';

/** BCP 47 tags of the languages of the catalogue. */
export const languageSchema = z.enum(['en', 'es', 'pt-BR']);
/** A language of the catalogue. */
export type Language = z.infer<typeof languageSchema>;

/** What the person chose: a language, or whatever the system speaks. */
export const languageChoiceSchema = z.union([z.literal('system'), languageSchema]);
/** See {@link languageChoiceSchema}. */
export type LanguageChoice = z.infer<typeof languageChoiceSchema>;

/** Each language in its own words, as people look for it in a list. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
};

/**
 * English with accents, brackets and two fifths more length, under the tag that is customary for it. Nobody can
 * choose it in the settings: `--lang=en-XA` shows in tests what is not translated and what has no room to grow.
 */
export const PSEUDO_LANGUAGE = 'en-XA';

/** What the window's words may be in. */
export const shownLanguageSchema = z.union([languageSchema, z.literal(PSEUDO_LANGUAGE)]);
/** See {@link shownLanguageSchema}. */
export type ShownLanguage = z.infer<typeof shownLanguageSchema>;

/** The language asked for and the one that came of it. */
export interface LanguageView {
  readonly choice: LanguageChoice;
  readonly shown: ShownLanguage;
}

/** The language of this tag, or the nearest that there is: one for `es-MX`, and one for `pt-PT`. */
function nearestLanguage(tag: string): ShownLanguage | null {
  const exact = shownLanguageSchema.safeParse(tag);
  if (exact.success) return exact.data;
  const [base] = tag.split(/[-_]/u);
  return languageSchema.options.find((language) => language.split('-')[0] === base) ?? null;
}

/**
 * The language to speak: the chosen one, else the first of the system's that the app speaks, else English.
 * @param systemTags BCP 47 tags of the person's languages, the most wanted first
 */
export function shownLanguage(choice: LanguageChoice, systemTags: readonly string[]): ShownLanguage {
  if (choice !== 'system') return choice;
  for (const tag of systemTags) {
    const language = nearestLanguage(tag);
    if (language !== null) return language;
  }
  return 'en';
}

/**
 * The locale that dates and times are written in: words as the app speaks, clock and order as the system's region has
 * them. `en` on a computer in Britain gives `en-GB`, with its 24 hours; `es` on one in the United States `es-US`.
 */
export function formattingLocale(language: ShownLanguage, systemTag: string): string {
  const spoken = new Intl.Locale(language === PSEUDO_LANGUAGE ? 'en' : language);
  const system = new Intl.Locale(systemTag);
  if (system.language === spoken.language) return systemTag;
  const region = spoken.region ?? system.region;
  return region === undefined ? spoken.baseName : new Intl.Locale(spoken.baseName, { region }).baseName;
}

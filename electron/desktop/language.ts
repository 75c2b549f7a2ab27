import { shownLanguage, type LanguageChoice, type LanguageView } from '../../shared/words/languages.ts';
import { createWords, type Words } from '../../shared/words/words.ts';

/** The language of menus, dialogs, tray and notifications, which is the window's as well. */
export interface AppLanguage {
  readonly view: LanguageView;
  /** Ask for them each time that something is said: the person may choose another language at any time. */
  readonly words: Words;
  choose(choice: LanguageChoice): void;
}

/** What {@link createAppLanguage} needs. */
export interface LanguageParts {
  readonly choice: LanguageChoice;
  /** BCP 47 tags of the person's languages, the most wanted first. */
  readonly systemTags: readonly string[];
  /** The choice is another one now; whatever shows words shows them anew. */
  readonly onChosen: (view: LanguageView) => void;
}

/** Makes the app's language from an earlier choice. */
export function createAppLanguage({ choice, systemTags, onChosen }: LanguageParts): AppLanguage {
  let view: LanguageView = { choice, shown: shownLanguage(choice, systemTags) };
  let words = createWords(view.shown);
  return {
    get view() {
      return view;
    },
    get words() {
      return words;
    },
    choose(next) {
      view = { choice: next, shown: shownLanguage(next, systemTags) };
      words = createWords(view.shown);
      onChosen(view);
    },
  };
}

/** The words that the window says, in the language that the main process has settled. */
import { create } from 'zustand';
import { shownLanguage, type ShownLanguage } from '../shared/words/languages.ts';
import { createWords, type Words } from '../shared/words/words.ts';

/** Until the main process has answered, the window speaks as the system does. */
const useStore = create<Words>()(() => createWords(shownLanguage('system', navigator.languages)));

/** The words, for components; they render again when the language is another one. */
export function useWords(): Words {
  return useStore();
}

/** The words at this moment, for what is said once and outside of components. */
export function currentWords(): Words {
  return useStore.getState();
}

/** Speaks this language from now on, and tells assistive technology so. */
export function speak(language: ShownLanguage): void {
  document.documentElement.lang = language;
  if (currentWords().language !== language) useStore.setState(createWords(language));
}

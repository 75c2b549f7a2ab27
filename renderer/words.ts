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

/** Speaks this language from now on, and tells assistive technology so. */
export function speak(language: ShownLanguage): void {
  document.documentElement.lang = language;
  if (useStore.getState().language !== language) useStore.setState(createWords(language));
}

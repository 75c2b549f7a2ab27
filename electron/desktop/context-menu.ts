/** The menu of the right mouse button. */
import { Menu, type WebContents } from 'electron';
import type { Words } from '../../shared/words/words.ts';
import { textMenuItems } from './context-menu-items.ts';

/** Gives the page its menu. */
export function attachContextMenu(contents: WebContents, words: () => Words): void {
  contents.on('context-menu', (_event, params) => {
    const items = textMenuItems(
      params,
      {
        replaceWord: (word) => contents.replaceMisspelling(word),
        learnWord: (word) => contents.session.addWordToSpellCheckerDictionary(word),
      },
      words().say,
    );
    if (items.length > 0) Menu.buildFromTemplate(items).popup();
  });
}

/** The menu of the right mouse button: what can be done with the text under it. */
import { type ContextMenuParams, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron';
import type { Words } from '../../shared/words/words.ts';

/** What the menu depends on, as Chromium tells it. */
export type TextSituation = Pick<
  ContextMenuParams,
  'isEditable' | 'selectionText' | 'misspelledWord' | 'dictionarySuggestions'
> & {
  readonly editFlags: Pick<
    ContextMenuParams['editFlags'],
    'canCut' | 'canCopy' | 'canPaste' | 'canSelectAll'
  >;
};

/** What the menu does to the page. */
export interface TextActions {
  readonly replaceWord: (word: string) => void;
  readonly learnWord: (word: string) => void;
}

/** The menu's items; none where there is nothing to do. Pure but for what the items do when they are chosen. */
export function textMenuItems(
  { isEditable, selectionText, misspelledWord, dictionarySuggestions, editFlags }: TextSituation,
  { replaceWord, learnWord }: TextActions,
  say: Words['say'],
): MenuItemConstructorOptions[] {
  const copy: MenuItemConstructorOptions = {
    role: 'copy',
    label: say('common.copy'),
    enabled: editFlags.canCopy,
  };
  if (!isEditable) return selectionText.trim() === '' ? [] : [copy];
  const spelling: MenuItemConstructorOptions[] =
    misspelledWord === ''
      ? []
      : [
          ...dictionarySuggestions.map((word) => ({ label: word, click: () => replaceWord(word) })),
          { label: say('menu.addToDictionary'), click: () => learnWord(misspelledWord) },
          { type: 'separator' as const },
        ];
  return [
    ...spelling,
    { role: 'cut', label: say('menu.cut'), enabled: editFlags.canCut },
    copy,
    { role: 'paste', label: say('menu.paste'), enabled: editFlags.canPaste },
    { type: 'separator' },
    { role: 'selectAll', label: say('menu.selectAll'), enabled: editFlags.canSelectAll },
  ];
}

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

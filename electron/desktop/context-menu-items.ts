/** What the menu of the right mouse button offers: what can be done with the text under it. */
import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';
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

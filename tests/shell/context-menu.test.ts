import { describe, expect, it } from 'vitest';
import { textMenuItems, type TextSituation } from '../../electron/desktop/context-menu-items.ts';
import { createWords } from '../../shared/words/words.ts';

const { say } = createWords('en');
const everything = { canCut: true, canCopy: true, canPaste: true, canSelectAll: true };

function menuFor(some: Partial<TextSituation>) {
  const done: string[] = [];
  const items = textMenuItems(
    {
      isEditable: true,
      selectionText: '',
      misspelledWord: '',
      dictionarySuggestions: [],
      editFlags: everything,
      ...some,
    },
    { replaceWord: (word) => done.push(`replace ${word}`), learnWord: (word) => done.push(`learn ${word}`) },
    say,
  );
  const choose = (label: string): void => {
    const click: unknown = items.find((item) => item.label === label)?.click;
    if (typeof click === 'function') Reflect.apply(click, null, []);
  };
  return { labels: items.map(({ type, label }) => label ?? type), items, choose, done };
}

describe('the menu of the right mouse button (H11)', () => {
  it('offers a better spelling first, and to learn the word', () => {
    const { labels, choose, done } = menuFor({
      misspelledWord: 'squatt',
      dictionarySuggestions: ['squat', 'squats'],
    });
    expect(labels).toEqual([
      'squat',
      'squats',
      'Add to dictionary',
      'separator',
      'Cut',
      'Copy',
      'Paste',
      'separator',
      'Select all',
    ]);
    choose('squats');
    choose('Add to dictionary');
    expect(done).toEqual(['replace squats', 'learn squatt']);
  });

  it('offers to learn a word for which there is no better one', () => {
    expect(menuFor({ misspelledWord: 'Łukasz' }).labels[0]).toBe('Add to dictionary');
  });

  it('offers what can be done, and shows what cannot be done now', () => {
    const { labels, items } = menuFor({ editFlags: { ...everything, canCut: false, canCopy: false } });
    expect(labels).toEqual(['Cut', 'Copy', 'Paste', 'separator', 'Select all']);
    expect(items.map(({ enabled }) => enabled)).toEqual([false, false, true, undefined, true]);
  });

  it('offers to copy what is selected in a message, and stays away where nothing is', () => {
    expect(menuFor({ isEditable: false, selectionText: 'Nice work' }).labels).toEqual(['Copy']);
    expect(menuFor({ isEditable: false, selectionText: ' \n' }).labels).toEqual([]);
  });
});

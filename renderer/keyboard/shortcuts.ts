/** What key presses mean in the inbox, and the list of them that the person can read. Pure. */
import { codePointLength } from '../../shared/text.ts';
import type { Say, PlainWordKey } from '../../shared/words/words.ts';
import { commandKey } from '../ui/command-key.ts';

/** The parts of a key press that decide what it means. */
export interface KeyPress {
  readonly key: string;
  /** The key's place on the keyboard, for layouts in which it writes something else. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isAltGraph: boolean;
  readonly isComposing: boolean;
  /** The focus is in a field that takes text. */
  readonly isInField: boolean;
  /** The focus is in the list of conversations. */
  readonly isInList: boolean;
  /** A thread is open, so there is a place for letters. */
  readonly hasThread: boolean;
  /** A dialog or a menu is open and has the keyboard. */
  readonly isInOverlay: boolean;
}

/** What a key press asks for. */
export type Shortcut =
  | { readonly type: 'panel'; readonly index: number }
  | { readonly type: 'move'; readonly step: 1 | -1 }
  | { readonly type: 'switcher' | 'shortcuts' | 'back' | 'compose' };

/** The key as a Latin keyboard names it: elsewhere a shortcut is known by its place. */
function latinKey({ key, code }: KeyPress): string {
  const plain = key.toLowerCase();
  return /^[\d[-~]$/.test(plain) ? plain : code.replace(/^(?:Key|Digit|Numpad)/, '').toLowerCase();
}

function isWriting(key: string): boolean {
  // A dead key begins a letter; the space key scrolls and presses buttons.
  return key === 'Dead' || (codePointLength(key) === 1 && key !== ' ');
}

/** Reads a key press; null for keys that mean nothing here. Pure. */
export function shortcutFor(press: KeyPress): Shortcut | null {
  const { key, hasThread, isInField, isInList } = press;
  if (press.isComposing || press.isInOverlay) return null;
  const compose: Shortcut | null =
    hasThread && !isInField && !isInList && isWriting(key) ? { type: 'compose' } : null;
  // AltGr writes letters in many layouts, and Windows reports it as Ctrl+Alt.
  if (press.isAltGraph || (press.ctrlKey && press.altKey)) return compose;
  if (press.ctrlKey || press.metaKey) {
    const latin = latinKey(press);
    if (latin === 'k') return { type: 'switcher' };
    if (latin >= '1' && latin <= '3') return { type: 'panel', index: Number(latin) - 1 };
    return null;
  }
  if (press.altKey) {
    if (key === 'ArrowDown') return { type: 'move', step: 1 };
    if (key === 'ArrowUp') return { type: 'move', step: -1 };
    return null;
  }
  if (key === 'Escape') return { type: 'back' };
  if (key === '?' && !isInField && (isInList || !hasThread)) return { type: 'shortcuts' };
  return compose;
}

/** A key as it is drawn: a sign, or the name of one. */
type Cap = 'command' | 'alt' | 'shift' | 'enter' | 'escape' | 'home' | 'end' | (string & {});

/** One line of the list of shortcuts. */
export interface ListedShortcut {
  /** Where the focus has to be. */
  readonly place: 'anywhere' | 'list' | 'composer';
  /** Ways to press it, each as the keys that are held together. */
  readonly keys: readonly (readonly Cap[])[];
  /** What it does; `panels` leads to the places of the rail. */
  readonly does: PlainWordKey | 'panels';
}

/** What the list of shortcuts depends on. */
export interface ShortcutSituation {
  readonly enterSends: boolean;
  /** Places that the rail has for this person. */
  readonly panelCount: number;
  /** There are conversations to move in; admins have none. */
  readonly hasThreads: boolean;
}

/** What works without conversations. */
const EVERYWHERE: ReadonlySet<ListedShortcut['does']> = new Set(['panels', 'common.back', 'shortcuts.zoom']);

/** Everything that the keyboard does beyond what it does in every program. */
export function listedShortcuts(situation: ShortcutSituation): readonly ListedShortcut[] {
  const { enterSends, panelCount } = situation;
  const all: readonly ListedShortcut[] = [
    { place: 'anywhere', keys: [['command', 'K']], does: 'shortcuts.findPerson' },
    { place: 'anywhere', keys: [['alt', '↓']], does: 'shortcuts.nextConversation' },
    { place: 'anywhere', keys: [['alt', '↑']], does: 'shortcuts.previousConversation' },
    { place: 'anywhere', keys: [['command', `1–${panelCount}`]], does: 'panels' },
    { place: 'anywhere', keys: [['escape']], does: 'common.back' },
    {
      place: 'anywhere',
      keys: [
        ['command', '+'],
        ['command', '−'],
        ['command', '0'],
      ],
      does: 'shortcuts.zoom',
    },
    { place: 'list', keys: [['↓'], ['↑'], ['home'], ['end']], does: 'shortcuts.moveInList' },
    { place: 'list', keys: [['enter']], does: 'shortcuts.open' },
    { place: 'list', keys: [['J']], does: 'shortcuts.nextConversation' },
    { place: 'list', keys: [['K']], does: 'shortcuts.previousConversation' },
    { place: 'list', keys: [['?']], does: 'shortcuts.thisList' },
    { place: 'composer', keys: [enterSends ? ['enter'] : ['command', 'enter']], does: 'composer.send' },
    {
      place: 'composer',
      keys: enterSends ? [['shift', 'enter']] : [['enter'], ['shift', 'enter']],
      does: 'shortcuts.newLine',
    },
  ];
  return situation.hasThreads ? all : all.filter(({ does }) => EVERYWHERE.has(does));
}

/** The few that help whoever has no conversation open. */
export const HINTED_SHORTCUTS: readonly {
  readonly keys: ListedShortcut['keys'];
  readonly does: PlainWordKey;
}[] = [
  { keys: [['command', 'K']], does: 'shortcuts.findPerson' },
  { keys: [['alt', '↓']], does: 'shortcuts.nextConversation' },
  { keys: [['?']], does: 'shortcuts.title' },
];

const NAMED_CAPS: Readonly<Partial<Record<string, PlainWordKey>>> = {
  alt: 'keys.alt',
  shift: 'keys.shift',
  enter: 'keys.enter',
  escape: 'keys.escape',
  home: 'keys.home',
  end: 'keys.end',
};

/** What is written on a key. */
export function capText(cap: Cap, say: Say): string {
  if (cap === 'command') return commandKey(say);
  const word = NAMED_CAPS[cap];
  return word === undefined ? cap : say(word);
}

import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { movedIndex, openingStep } from '../../renderer/inbox/conversation-list.tsx';
import { capText, listedShortcuts, shortcutFor, type KeyPress } from '../../renderer/keyboard/shortcuts.ts';
import { createWords } from '../../shared/words/words.ts';
import { conversation, MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

const press = (overrides: Partial<KeyPress>): KeyPress => ({
  key: 'a',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isAltGraph: false,
  isComposing: false,
  isInField: false,
  isInList: false,
  hasThread: true,
  isInOverlay: false,
  ...overrides,
});

describe('a key press', () => {
  it('leads to the rail, to people and to the next conversation', () => {
    expect(shortcutFor(press({ key: '2', ctrlKey: true }))).toEqual({ type: 'panel', index: 1 });
    expect(shortcutFor(press({ key: 'k', metaKey: true, isInField: true }))).toEqual({ type: 'switcher' });
    expect(shortcutFor(press({ key: 'ArrowDown', altKey: true, isInField: true }))).toEqual({
      type: 'move',
      step: 1,
    });
    expect(shortcutFor(press({ key: 'Escape', isInField: true }))).toEqual({ type: 'back' });
  });

  it('is known by its place on keyboards that write other letters', () => {
    expect(shortcutFor(press({ key: 'л', code: 'KeyK', ctrlKey: true }))).toEqual({ type: 'switcher' });
    expect(shortcutFor(press({ key: 'é', code: 'Digit2', ctrlKey: true }))).toEqual({
      type: 'panel',
      index: 1,
    });
    expect(shortcutFor(press({ key: 't', code: 'KeyK', ctrlKey: true }))).toBeNull();
  });

  it('goes to the composer when it writes, unless a field or the list has the focus (H13)', () => {
    for (const key of ['h', 'j', 'K', '?', 'é', '👍', 'Dead']) {
      expect(shortcutFor(press({ key }))).toEqual({ type: 'compose' });
      expect(shortcutFor(press({ key, isInField: true }))).toBeNull();
      expect(shortcutFor(press({ key, hasThread: false }))?.type).not.toBe('compose');
      expect(shortcutFor(press({ key, isInList: true }))?.type).not.toBe('compose');
    }
    for (const key of [' ', 'Shift', 'Enter', 'F5', 'PageDown'])
      expect(shortcutFor(press({ key }))).toBeNull();
  });

  it('asks for the list of shortcuts with ? where no letter is wanted', () => {
    expect(shortcutFor(press({ key: '?', isInList: true }))).toEqual({ type: 'shortcuts' });
    expect(shortcutFor(press({ key: '?', hasThread: false }))).toEqual({ type: 'shortcuts' });
  });

  it('of AltGr, which some systems report as Ctrl+Alt, is a letter and no shortcut (J3)', () => {
    for (const held of [
      { isAltGraph: true },
      { ctrlKey: true, altKey: true },
      { ctrlKey: true, isAltGraph: true },
    ]) {
      for (const key of ['k', '2', '@', 'ć']) {
        expect(shortcutFor(press({ key, ...held }))).toEqual({ type: 'compose' });
        expect(shortcutFor(press({ key, ...held, isInField: true }))).toBeNull();
      }
      for (const key of ['ArrowDown', 'Escape']) expect(shortcutFor(press({ key, ...held }))).toBeNull();
    }
  });

  it('of an input method or in a dialog is left alone (H1)', () => {
    expect(shortcutFor(press({ key: 'Escape', isComposing: true }))).toBeNull();
    expect(shortcutFor(press({ key: 'k', ctrlKey: true, isComposing: true }))).toBeNull();
    expect(shortcutFor(press({ key: 'Escape', isInOverlay: true }))).toBeNull();
    expect(shortcutFor(press({ key: 'h', isInOverlay: true }))).toBeNull();
  });
});

describe('the list of shortcuts', () => {
  const { say } = createWords('en');
  const listed = listedShortcuts({ enterSends: true, panelCount: 3, hasThreads: true });

  /** What the keys of a line say, as presses with the focus in the list. */
  function pressesOf(keys: readonly (readonly string[])[]): readonly KeyPress[] {
    const arrows: Readonly<Record<string, string>> = { '↓': 'ArrowDown', '↑': 'ArrowUp' };
    return keys.flatMap((held) => {
      const last = held.at(-1) ?? '';
      const range = /^1–(\d)$/.exec(last);
      const lasts = range === null ? [last] : ['1', '2', '3'].slice(0, Number(range[1]));
      return lasts.map((one) =>
        press({
          key: arrows[one] ?? one.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
          ctrlKey: held.includes('command'),
          altKey: held.includes('alt'),
          isInList: true,
        }),
      );
    });
  }

  const meaning = (one: KeyPress): string | null => {
    const shortcut = shortcutFor(one);
    if (shortcut !== null) return shortcut.type;
    if (one.ctrlKey || one.altKey) return null;
    if (openingStep(one.key) !== null) return 'move';
    return movedIndex(one.key, 1, 3) === null ? null : 'moveInList';
  };

  it('names what each of its keys does', () => {
    const does = Object.fromEntries(
      listed
        .filter(({ place }) => place !== 'composer')
        .map((line) => [
          `${line.place}: ${line.keys
            .flat()
            .map((cap) => capText(cap, say))
            .join(' ')}`,
          [...new Set(pressesOf(line.keys).map(meaning))],
        ]),
    );
    expect(does).toEqual({
      'anywhere: Ctrl K': ['switcher'],
      'anywhere: Alt ↓': ['move'],
      'anywhere: Alt ↑': ['move'],
      'anywhere: Ctrl 1–3': ['panel'],
      'anywhere: Esc': ['back'],
      // The zoom is the main process's.
      'anywhere: Ctrl + Ctrl − Ctrl 0': [null],
      'list: ↓ ↑ Home End': ['moveInList'],
      // The list opens its row itself.
      'list: Enter': [null],
      'list: J': ['move'],
      'list: K': ['move'],
      'list: ?': ['shortcuts'],
    });
  });

  it('leaves out no key that means something', () => {
    const all = [
      ...Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index)),
      ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'Escape', 'Tab', 'F1'],
    ];
    const presses = all.flatMap((key) =>
      [{}, { ctrlKey: true }, { altKey: true }, { ctrlKey: true, altKey: true }].map((held) =>
        press({ key, ...held, isInList: true }),
      ),
    );
    const nameOf = (one: KeyPress): string =>
      `${one.ctrlKey ? 'Ctrl ' : ''}${one.altKey ? 'Alt ' : ''}${one.key.toUpperCase()}`;
    const known = new Set(pressesOf(listed.flatMap(({ keys }) => keys)).map(nameOf));
    const unlisted = presses
      .filter((one) => meaning(one) !== null)
      .map(nameOf)
      .filter((name) => !known.has(name));
    expect(unlisted).toEqual([]);
  });

  it('follows the choice of what Enter does (H12)', () => {
    const writing = (enterSends: boolean) =>
      listedShortcuts({ enterSends, panelCount: 2, hasThreads: true })
        .filter(({ place }) => place === 'composer')
        .map(({ keys, does }) => [does, keys]);
    expect(writing(true)).toEqual([
      ['composer.send', [['enter']]],
      ['shortcuts.newLine', [['shift', 'enter']]],
    ]);
    expect(writing(false)).toEqual([
      ['composer.send', [['command', 'enter']]],
      ['shortcuts.newLine', [['enter'], ['shift', 'enter']]],
    ]);
  });
});

describe('the inbox by keyboard', () => {
  let inbox: MemoryInbox;
  beforeEach(() => {
    inbox = new MemoryInbox();
    for (const [index, peerName] of ['Maya Chen', 'Liam Byrne', 'Zoë Martin'].entries()) {
      inbox.conversations.set(
        index + 1,
        conversation({ peerId: index + 1, peerName, sortKey: String(9 - index) }),
      );
    }
  });
  afterEach(clear);

  const row = (name: string) => screen.findByRole('option', { name });

  it('looks through one conversation after the other with J and K, and stays in the list', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const first = await row('Maya Chen');
    act(() => first.focus());
    await user.keyboard('j');
    await screen.findByRole('heading', { name: 'Liam Byrne' });
    expect(document.activeElement).toBe(await row('Liam Byrne'));
    await user.keyboard('jk');
    await screen.findByRole('heading', { name: 'Liam Byrne' });
    expect(document.activeElement).toBe(await row('Liam Byrne'));
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message Liam Byrne' })),
    );
  });

  it('leads back with Escape to the row of the thread, however it was opened', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const first = await row('Maya Chen');
    act(() => first.focus());
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Maya Chen' });
    await user.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}');
    await screen.findByRole('heading', { name: 'Zoë Martin' });
    await user.keyboard('{Escape}');
    const zoe = await row('Zoë Martin');
    await waitFor(() => expect(document.activeElement).toBe(zoe));
    expect(screen.queryByRole('heading', { name: 'Zoë Martin' })).toBeNull();
  });

  it('finds anybody by name without accents, also trainees without a conversation (M6)', async () => {
    inbox.trainees = [
      { id: 9, name: 'Łukasz Nowak', email: 'l@x.test', conversationId: null, lastContactAt: null },
    ];
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await row('Maya Chen');
    await user.keyboard('{Control>}k{/Control}');
    const dialog = await screen.findByRole('dialog', { name: 'Find a person' });
    const people = () =>
      within(dialog)
        .getAllByRole('option')
        .map((option) => option.querySelector('bdi')?.textContent);
    await user.keyboard('zoe');
    expect(people()).toEqual(['Zoë Martin']);
    await user.keyboard('{Backspace}{Backspace}{Backspace}lukasz');
    expect(people()).toEqual(['Łukasz Nowak']);
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Łukasz Nowak' });
  });
});

/** Keys that work anywhere in the inbox. */
import { useEffect } from 'react';
import type { ConversationView } from '../shared/views.ts';
import { codePointLength } from '../shared/text.ts';
import type { Role } from '../shared/wire/entities.ts';
import { isShown } from './inbox/filters.ts';
import { panelsFor } from './rail.tsx';
import { useUi } from './ui-state.ts';

/** The parts of a key press that decide what it means. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isAltGraph: boolean;
  readonly isComposing: boolean;
  /** The focus is in a field that takes text. */
  readonly isInField: boolean;
  /** A dialog or a menu is open and has the keyboard. */
  readonly isInOverlay: boolean;
}

/** What a key press asks for. */
export type Shortcut =
  | { readonly type: 'panel'; readonly index: number }
  | { readonly type: 'move'; readonly step: 1 | -1 }
  | { readonly type: 'switcher' | 'shortcuts' | 'back' | 'compose' };

/** Reads a key press; null for keys that mean nothing here. Pure. */
export function shortcutFor(press: KeyPress): Shortcut | null {
  const { key } = press;
  // AltGr writes letters in many layouts, and Windows reports it as Ctrl+Alt.
  if (press.isComposing || press.isAltGraph || (press.ctrlKey && press.altKey)) return null;
  if (press.isInOverlay) return null;
  if (press.ctrlKey || press.metaKey) {
    if (key.toLowerCase() === 'k') return { type: 'switcher' };
    if (key >= '1' && key <= '3') return { type: 'panel', index: Number(key) - 1 };
    return null;
  }
  if (press.altKey) {
    if (key === 'ArrowDown') return { type: 'move', step: 1 };
    if (key === 'ArrowUp') return { type: 'move', step: -1 };
    return null;
  }
  if (key === 'Escape') return { type: 'back' };
  if (press.isInField) return null;
  if (key === '?') return { type: 'shortcuts' };
  return codePointLength(key) === 1 && key !== ' ' ? { type: 'compose' } : null;
}

function pressFrom(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return {
    key: event.key,
    ctrlKey: event.ctrlKey,
    metaKey: event.metaKey,
    altKey: event.altKey,
    isAltGraph: event.getModifierState('AltGraph'),
    isComposing: event.isComposing,
    isInField: target?.matches('input, textarea, [contenteditable]') === true,
    isInOverlay:
      target?.matches('[role="dialog"] *, [role="alertdialog"] *, [role="menu"], [role="menu"] *') === true,
  };
}

function moveBy(step: 1 | -1, conversations: readonly ConversationView[]): void {
  const { filter, openPeerId, openThread } = useUi.getState();
  const shown = conversations.filter((row) => isShown(row, filter) || row.peerId === openPeerId);
  const index = shown.findIndex((row) => row.peerId === openPeerId);
  const next = shown[index === -1 ? (step === 1 ? 0 : shown.length - 1) : index + step];
  if (next !== undefined) openThread(next.peerId);
}

/** Gives the keyboard to the list's current row. */
function focusList(): void {
  document.querySelector<HTMLElement>('[role="listbox"] [role="option"][tabindex="0"]')?.focus();
}

function goBack(): void {
  const { panel, openTraineeId, openTrainee, closeThread, showPanel } = useUi.getState();
  if (openTraineeId !== null) return openTrainee(null);
  if (panel === 'messages') closeThread();
  else showPanel('messages');
  // In a narrow window the list is drawn only now.
  requestAnimationFrame(focusList);
}

/** Carries out the shortcuts while the inbox is shown. */
export function useShortcuts(role: Role, conversations: readonly ConversationView[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const shortcut = shortcutFor(pressFrom(event));
      if (shortcut === null) return;
      const ui = useUi.getState();
      switch (shortcut.type) {
        case 'compose': {
          // The key itself then lands in the composer, which has the focus by the time it writes.
          const isInList = event.target instanceof HTMLElement && event.target.closest('[role="listbox"]');
          if (!isInList) document.querySelector<HTMLElement>('main [data-composer]')?.focus();
          return;
        }
        case 'panel': {
          const panel = panelsFor(role)[shortcut.index];
          if (panel !== undefined) ui.showPanel(panel);
          break;
        }
        case 'move':
          moveBy(shortcut.step, conversations);
          break;
        case 'switcher':
        case 'shortcuts':
          ui.setOverlay(shortcut.type);
          break;
        case 'back':
          goBack();
      }
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [conversations, role]);
}

/** Carries out the keys that work anywhere in the inbox. */
import { useEffect } from 'react';
import type { ConversationView } from '../../shared/views.ts';
import type { Role } from '../../shared/wire/entities.ts';
import { isShown } from '../inbox/filters.ts';
import { panelsFor } from '../rail.tsx';
import { useUi } from '../ui-state.ts';
import { COMPOSER, CURRENT_OPTION, focusFirst, LIST } from './focus.ts';
import { shortcutFor, type KeyPress } from './shortcuts.ts';

const TEXT_FIELD = 'input:not([type="checkbox"], [type="radio"]), textarea, [contenteditable]';
const OVERLAY = '[role="dialog"], [role="alertdialog"], [role="menu"]';

function isWithin(target: HTMLElement | null, selector: string): boolean {
  return target?.closest(selector) instanceof HTMLElement;
}

function pressFrom(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const { panel, openPeerId, overlay } = useUi.getState();
  return {
    key: event.key,
    code: event.code,
    ctrlKey: event.ctrlKey,
    metaKey: event.metaKey,
    altKey: event.altKey,
    isAltGraph: event.getModifierState('AltGraph'),
    isComposing: event.isComposing,
    isInField: target?.matches(TEXT_FIELD) === true,
    isInList: isWithin(target, LIST),
    hasThread: panel === 'messages' && openPeerId !== null,
    isInOverlay: overlay !== null || isWithin(target, OVERLAY),
  };
}

/** Escape empties a search first, which is the field's own doing. */
function isEmptyingSearch(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    event.key === 'Escape' &&
    target instanceof HTMLInputElement &&
    target.type === 'search' &&
    target.value !== ''
  );
}

function moveBy(step: 1 | -1, conversations: readonly ConversationView[]): void {
  const { filter, openPeerId, openThread } = useUi.getState();
  const shown = conversations.filter((row) => isShown(row, filter) || row.peerId === openPeerId);
  const index = shown.findIndex((row) => row.peerId === openPeerId);
  const next = shown[index === -1 ? (step === 1 ? 0 : shown.length - 1) : index + step];
  if (next !== undefined) openThread(next.peerId);
}

function goBack(): void {
  const { panel, openTraineeId, openTrainee, closeThread, showPanel } = useUi.getState();
  if (openTraineeId !== null) return openTrainee(null);
  if (panel === 'messages') closeThread();
  else showPanel('messages');
  // In a narrow window the list is drawn only now.
  requestAnimationFrame(() => focusFirst([CURRENT_OPTION]));
}

/** Carries out the shortcuts while the inbox is shown. */
export function useShortcuts(role: Role, conversations: readonly ConversationView[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isEmptyingSearch(event)) return;
      const shortcut = shortcutFor(pressFrom(event));
      if (shortcut === null) return;
      const ui = useUi.getState();
      switch (shortcut.type) {
        case 'compose':
          // The key itself then lands in the composer, which has the focus by the time it writes.
          focusFirst([COMPOSER]);
          return;
        case 'panel': {
          const panel = panelsFor(role)[shortcut.index];
          if (panel !== undefined) ui.showPanel(panel);
          break;
        }
        case 'move':
          moveBy(shortcut.step, conversations);
          break;
        case 'switcher':
          // An admin has nobody to write to.
          if (role !== 'admin') ui.setOverlay('switcher');
          break;
        case 'shortcuts':
          ui.setOverlay('shortcuts');
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

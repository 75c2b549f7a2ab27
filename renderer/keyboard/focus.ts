/** Keeps the keyboard somewhere: whoever works by it must never end up nowhere because something went away. */
import { useEffect } from 'react';
import { useUi } from '../ui-state.ts';

/** Where a message is written. */
export const COMPOSER = 'main [data-composer]:not(:disabled)';
/** The list of conversations. */
export const LIST = '[role="listbox"]';
/** The row of the list that Tab leads to. */
export const CURRENT_OPTION = `${LIST} [role="option"][tabindex="0"]`;

/** Gives the keyboard to the first of these that can be seen; whether there was one. */
export function focusFirst(selectors: readonly string[]): boolean {
  for (const selector of selectors) {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (!element.checkVisibility()) continue;
      element.focus();
      if (document.activeElement === element) return true;
    }
  }
  return false;
}

/** Where the keyboard goes when what had it has gone; false when there was nothing better than the screen itself. */
function land(wasInList: boolean): boolean {
  const list = [CURRENT_OPTION, LIST];
  const { lastTraineeId } = useUi.getState();
  const opener = lastTraineeId === null ? [] : [`main [data-trainee="${lastTraineeId}"]`];
  const thread = [COMPOSER, 'main [role="log"]'];
  if (focusFirst(wasInList ? [...list, ...thread] : [...thread, ...opener, ...list])) return true;
  const main = document.querySelector<HTMLElement>('main');
  if (main === null || main === document.activeElement) return false;
  main.tabIndex = -1;
  main.focus();
  return false;
}

function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility();
}

/** Nobody has the keyboard, or only what {@link land} gave it to. */
function isFree(landed: Element | null): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement === landed;
}

/**
 * While mounted, finds the keyboard a new place whenever the element that had it is removed, hidden or disabled; what
 * was only disabled gets it back. A click into the void that takes the keyboard away stands: that was asked for.
 */
export function useFocusKeeper(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    let wasInList = false;
    /** Disabled for the moment, as a button is while it works. */
    let waiting: HTMLElement | null = null;
    let landed: Element | null = null;
    /** On the screen as a whole, whose parts may still be on their way. */
    let isStopgap = false;
    let frame = 0;

    const look = (): void => {
      frame = 0;
      if (waiting !== null && isThere(waiting) && !waiting.matches(':disabled')) {
        if (isFree(landed)) waiting.focus();
        waiting = null;
      }
      if (isStopgap && document.activeElement === landed) {
        isStopgap = !land(wasInList);
        return;
      }
      isStopgap = false;
      if (last === null || !isFree(last)) return;
      const isDisabled = last.matches(':disabled');
      if (isThere(last) && !isDisabled) return;
      waiting = isDisabled ? last : null;
      isStopgap = !land(wasInList);
      landed = document.activeElement;
    };
    const soon = (): void => {
      // After the browser itself, and the dialog that closes, have had their say.
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      last = target;
      wasInList = target.closest(LIST) !== null;
    };
    const observer = new MutationObserver(soon);
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ['disabled', 'hidden'],
    });
    document.addEventListener('focusin', remember);
    window.addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      window.removeEventListener('resize', soon);
    };
  }, []);
}

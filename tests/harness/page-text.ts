/** What the window says at this moment, and whether there is room for it. */
import type { Page } from 'playwright';

/** Data stands in these elements; all other text is words of the app. */
const DATA = 'bdi, [dir="auto"], time, [lang]:not(html), [class*="avatar-"]';
const LABELS = ['aria-label', 'title', 'placeholder', 'alt'] as const;
/** Words of the pseudo-language stand in brackets, and may hold data and each other. */
const BRACKETED = /\[[^[\]]*\]/u;
/** Addresses, the name of the product with its version, and what has no word of two letters. */
const NO_WORDS = /\S+@\S+|https?:\/\/\S+|Trainer Inbox(?: [\d.]+)?/gu;

function withoutBracketed(text: string): string {
  const rest = text.replace(BRACKETED, '');
  return rest === text ? text : withoutBracketed(rest);
}

/** Texts and labels on the page that are not in the pseudo-language, each once. */
export async function untranslatedTexts(page: Page): Promise<readonly string[]> {
  const { words, data } = await page.evaluate(
    ([dataSelector, labels]) => {
      const textOf = (node: Node): string => node.textContent?.trim() ?? '';
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() !== null) {
        const parent = walker.currentNode.parentElement;
        if (parent !== null && parent.closest(`${dataSelector}, script, style`) === null) {
          found.push(textOf(walker.currentNode));
        }
      }
      // The title of what somebody wrote is its time, as that of a time is.
      for (const label of labels) {
        for (const element of document.querySelectorAll(
          `[${label}]:not(${label === 'title' ? 'time, [dir="auto"]' : 'time'})`,
        )) {
          found.push(element.getAttribute(label) ?? '');
        }
      }
      return { words: found, data: [...document.querySelectorAll(dataSelector)].map(textOf) };
    },
    [DATA, LABELS] as const,
  );
  const names = data.filter((text) => text.length > 1).toSorted((a, b) => b.length - a.length);
  const leftOver = words.filter((text) => {
    const withoutNames = names.reduce((rest, name) => rest.replaceAll(name, ''), text);
    return /\p{L}{2}/u.test(withoutBracketed(withoutNames).replaceAll(NO_WORDS, ''));
  });
  return [...new Set(leftOver)];
}

/**
 * Texts that do not fit: wider or higher than the element that they stand in, or wider than what is around it. Texts that are meant
 * to end in an ellipsis, those for screen readers only, and what one writes oneself, do not count.
 */
export async function clippedTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const tolerance = 1.5;
    const boxOf = (start: HTMLElement): HTMLElement => {
      let element = start;
      while (getComputedStyle(element).display.startsWith('inline') && element.tagName !== 'BUTTON') {
        if (element.parentElement === null) break;
        element = element.parentElement;
      }
      return element;
    };
    const isMeant = (element: HTMLElement): boolean => {
      const { textOverflow, visibility } = getComputedStyle(element);
      return textOverflow === 'ellipsis' || visibility !== 'visible';
    };
    /** Wider than what is around it, up to the window; what is placed freely has the window alone around it. */
    const isOutside = (inner: HTMLElement, room: DOMRect): boolean => {
      for (let element = inner; element !== document.body;) {
        const { position } = getComputedStyle(element);
        if (position === 'absolute' || position === 'fixed' || element.parentElement === null) break;
        element = element.parentElement;
        const { left, right } = element.getBoundingClientRect();
        if (room.left < left - tolerance || room.right > right + tolerance) return true;
      }
      return room.left < -tolerance || room.right > window.innerWidth + tolerance;
    };
    const clipped = new Set<string>();
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const node = walker.currentNode;
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (
        text === '' ||
        parent === null ||
        parent.closest('.sr-only, textarea') !== null ||
        !parent.checkVisibility()
      ) {
        continue;
      }
      const box = boxOf(parent);
      if (isMeant(parent) || isMeant(box)) continue;
      range.selectNodeContents(node);
      const drawn = range.getBoundingClientRect();
      const room = box.getBoundingClientRect();
      const sticksOut =
        drawn.left < room.left - tolerance ||
        drawn.right > room.right + tolerance ||
        drawn.top < room.top - tolerance ||
        drawn.bottom > room.bottom + tolerance;
      if (sticksOut || isOutside(box, room) || box.scrollWidth > box.clientWidth + tolerance)
        clipped.add(text);
    }
    return [...clipped];
  });
}

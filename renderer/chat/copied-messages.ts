/** Several messages that are copied at once: who said what, and when. */
import { useEffect } from 'react';

/** Who the two people of a thread are. */
export interface ThreadNames {
  readonly mine: string;
  readonly theirs: string;
}

/** The part of an element's text that a range covers; empty for none. */
function selectedText(element: Element, range: Range): string {
  if (!range.intersectsNode(element)) return '';
  const part = document.createRange();
  part.selectNodeContents(element);
  if (part.comparePoint(range.startContainer, range.startOffset) === 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (part.comparePoint(range.endContainer, range.endOffset) === 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  return part.toString();
}

/**
 * One block for each message that a range covers, with name and time above the text, as drawn below `root`; null for
 * less than two, which are copied as they are.
 */
function copiedBlocks(root: ParentNode, range: Range, names: ThreadNames): string | null {
  const blocks: string[] = [];
  for (const item of root.querySelectorAll('[role="log"] [role="listitem"]')) {
    const bubble = item.querySelector('[dir="auto"]');
    const text = bubble === null ? '' : selectedText(bubble, range);
    if (text.trim() === '') continue;
    const name = item.hasAttribute('data-inbound-seq') ? names.theirs : names.mine;
    const time = item.querySelector('time')?.title ?? '';
    blocks.push(`${time === '' ? name : `${name}, ${time}`}\n${text}`);
  }
  return blocks.length < 2 ? null : blocks.join('\n\n');
}

/** While mounted, copies a selection over several messages as {@link copiedBlocks}. */
export function useCopiedMessages({ mine, theirs }: ThreadNames): void {
  useEffect(() => {
    const onCopy = (event: ClipboardEvent): void => {
      const selection = getSelection();
      if (selection === null || selection.rangeCount === 0 || event.target instanceof HTMLTextAreaElement)
        return;
      const blocks = copiedBlocks(document, selection.getRangeAt(0), { mine, theirs });
      if (blocks === null) return;
      event.clipboardData?.setData('text/plain', blocks);
      event.preventDefault();
    };
    document.addEventListener('copy', onCopy);
    return () => document.removeEventListener('copy', onCopy);
  }, [mine, theirs]);
}

/** What the composer knows about its text. Pure. */
import { MESSAGE_COUNTER_FROM, MESSAGE_MAX_CODE_POINTS } from '../../shared/limits.ts';
import { checkContent, codePointLength, normaliseContent, type ContentProblem } from '../../shared/text.ts';

/** Whether a text may be sent, and what to say about it. */
export interface DraftCheck {
  readonly canSend: boolean;
  /** Length in code points, from 90 % of the limit on. */
  readonly shownLength: number | null;
  readonly isTooLong: boolean;
  /** Why it cannot be sent; null for a blank text, which needs no reproach. */
  readonly problem: Exclude<ContentProblem, 'blank'> | null;
}

/** Counts exactly what would be sent: code points after normalisation. */
export function checkDraft(text: string): DraftCheck {
  const checked = checkContent(text);
  const length = codePointLength(normaliseContent(text));
  return {
    canSend: checked.ok,
    shownLength: length >= MESSAGE_COUNTER_FROM ? length : null,
    isTooLong: length > MESSAGE_MAX_CODE_POINTS,
    problem: checked.ok || checked.error === 'blank' ? null : checked.error,
  };
}

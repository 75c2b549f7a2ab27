/** What the composer knows about its text. Pure. */
import { MESSAGE_COUNTER_FROM, MESSAGE_MAX_CODE_POINTS } from '../../shared/limits.ts';
import { checkContent, codePointLength, CONTENT_PROBLEM_TEXT, normaliseContent } from '../../shared/text.ts';

const numbers = new Intl.NumberFormat('en');

/** Whether a text may be sent, and what to say about it. */
export interface DraftCheck {
  readonly canSend: boolean;
  /** "1,850 of 2,000", from 90 % of the limit on. */
  readonly counter: string | null;
  readonly isTooLong: boolean;
  /** Why it cannot be sent; null for a blank text, which needs no reproach. */
  readonly reason: string | null;
}

/** Counts exactly what would be sent: code points after normalisation. */
export function checkDraft(text: string): DraftCheck {
  const checked = checkContent(text);
  const length = codePointLength(normaliseContent(text));
  return {
    canSend: checked.ok,
    counter:
      length >= MESSAGE_COUNTER_FROM
        ? `${numbers.format(length)} of ${numbers.format(MESSAGE_MAX_CODE_POINTS)}`
        : null,
    isTooLong: length > MESSAGE_MAX_CODE_POINTS,
    reason: checked.ok || checked.error === 'blank' ? null : CONTENT_PROBLEM_TEXT[checked.error],
  };
}

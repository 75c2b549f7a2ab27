import type { ClientErrorCode } from './errors.ts';
import { MESSAGE_MAX_CODE_POINTS } from './limits.ts';
import { fail, ok, type Result } from './result.ts';

/** Why a text cannot be a message. */
export type ContentProblem = 'blank' | 'too_long' | 'nul' | 'lone_surrogate';

/**
 * White space and code points that show nothing: Unicode spaces, controls, zero-width characters,
 * bidirectional marks, variation selectors, fillers and tags. A text made only of these is blank.
 */
const INVISIBLE =
  /[\s\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;

/**
 * The text exactly as it is stored and sent: Unicode NFC, CRLF and CR as LF, trimmed.
 * Both sides call this one function, so the counter in the composer counts what the server counts.
 */
export function normaliseContent(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
}

/** Length of a text in Unicode code points (not UTF-16 units). */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/**
 * Normalises a text and says whether it may be a message.
 * @returns the normalised content, or the first problem found; a text is never cut or altered to fit.
 */
export function checkContent(text: string): Result<string, ContentProblem> {
  if (!text.isWellFormed()) return fail('lone_surrogate');
  if (text.includes('\0')) return fail('nul');
  const content = normaliseContent(text);
  if (content.replace(INVISIBLE, '') === '') return fail('blank');
  if (codePointLength(content) > MESSAGE_MAX_CODE_POINTS) return fail('too_long');
  return ok(content);
}

/** The error code of each {@link ContentProblem}. */
export const CONTENT_ERROR_CODES: Readonly<Record<ContentProblem, ClientErrorCode>> = {
  blank: 'blank_message',
  too_long: 'message_too_long',
  nul: 'message_not_sendable',
  lone_surrogate: 'message_not_sendable',
};

/** How a message and its sender are written in a notification, on the desktop and on phones alike. */

/** Longest preview of a message, in grapheme clusters (what a person would call characters). */
const PREVIEW_MAX_GRAPHEMES = 120;
/** Longest name, in the same. */
const NAME_MAX_GRAPHEMES = 60;

/** First strong isolate and its end: a name written from right to left leaves the text around it in order. */
const ISOLATE_START = '\u2068';
const ISOLATE_END = '\u2069';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Control characters, and marks that turn the direction of what stands around them. */
const DECEITFUL = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** White space as single spaces, and at most so many graphemes, the last of them `…` where text was cut off. */
function inOneLine(text: string, maxGraphemes: number): string {
  const line = text.replace(/\s+/gu, ' ').replace(DECEITFUL, '').trim();
  // A grapheme has at least one UTF-16 unit; most texts are short enough not to be taken apart.
  if (line.length <= maxGraphemes) return line;
  let end = 0;
  let count = 0;
  for (const { index } of segmenter.segment(line)) {
    if (count === maxGraphemes) return `${line.slice(0, end).trimEnd()}…`;
    count += 1;
    if (count === maxGraphemes) end = index;
  }
  return line;
}

/** A message's text in one line of at most 120 graphemes; emoji and accents are never cut apart. */
export function messagePreview(content: string): string {
  return inOneLine(content, PREVIEW_MAX_GRAPHEMES);
}

/** A person's name as a notification's title: one line of at most 60 graphemes, isolated from its surroundings. */
export function notificationName(name: string): string {
  return `${ISOLATE_START}${inOneLine(name, NAME_MAX_GRAPHEMES)}${ISOLATE_END}`;
}

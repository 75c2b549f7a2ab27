/** Longer addresses, in UTF-16 units, are not opened; a message has at most 2,000 code points. */
export const LINK_MAX_LENGTH = 4_000;

/** `https://`, a host without a name or password before it, and a path without anything that hides or misleads. */
const SECURE_LINK = /^https:\/\/[^/?#@\\\s\p{C}]+(?:[/?#][^\\\s\p{C}]*)?$/iu;

/**
 * True for a text that can only be read as the address of a secure web page. Blanks, backslashes, controls,
 * invisible characters and those that turn the direction of writing round make it plain text. Both sides ask:
 * the window before it shows a link, the main process before it opens one.
 */
export function isSecureLink(text: string): boolean {
  return text.length <= LINK_MAX_LENGTH && SECURE_LINK.test(text);
}

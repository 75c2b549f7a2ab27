import { find } from 'linkifyjs';
import { isSecureLink } from '../../shared/links.ts';

/** A piece of a message: plain text, or a link with what it leads to. */
export interface TextPart {
  /** As it is shown. */
  readonly text: string;
  /** The link to open, as it was written; null for plain text. */
  readonly link: string | null;
  /** Where the link leads, as the network knows it. */
  readonly host: string;
}

/** Letters that all readers of Latin tell apart; its other letters include doubles of these. */
const LATIN = /^[a-z\u00df-\u00f6\u00f8-\u017f]+$/iu;
const LETTERS = /[\p{L}\p{M}]+/gu;
const HOST_CHARACTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;
const OTHER_SCRIPTS = [
  /^[\p{Script=Cyrillic}\p{M}]+$/u,
  /^[\p{Script=Greek}\p{M}]+$/u,
  /^[\p{Script=Arabic}\p{M}]+$/u,
  /^[\p{Script=Hebrew}\p{M}]+$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{M}]+$/u,
  /^[\p{Script=Hangul}\p{M}]+$/u,
  /^[\p{Script=Devanagari}\p{M}]+$/u,
  /^[\p{Script=Thai}\p{M}]+$/u,
];

/** True for a host in one script throughout, its ending included: nothing in it can pass for something else. */
function isOneScript(host: string): boolean {
  if (!HOST_CHARACTERS.test(host)) return false;
  const letters = (host.match(LETTERS) ?? []).join('');
  return LATIN.test(letters) || OTHER_SCRIPTS.some((script) => script.test(letters));
}

/** The link as it is shown: with the host that the network knows, unless what was written says the same. */
function shownLink(written: string, { host }: URL): string {
  const authority = /^https:\/\/([^/?#]*)/iu.exec(written)?.[1] ?? '';
  if (authority.toLowerCase() === host || isOneScript(authority)) return written;
  return `https://${host}${written.slice('https://'.length + authority.length)}`;
}

/**
 * Cuts a message into plain text and links. Only secure addresses that were written out with their `https://` are
 * links; the shown pieces are the message again but for hosts that mix scripts, which show what they really are.
 */
export function textParts(content: string): readonly TextPart[] {
  if (!/https:\/\//iu.test(content)) return [{ text: content, link: null, host: '' }];
  const parts: TextPart[] = [];
  let end = 0;
  const addText = (until: number): void => {
    if (until > end) parts.push({ text: content.slice(end, until), link: null, host: '' });
  };
  for (const found of find(content, 'url')) {
    const url = isSecureLink(found.value) ? URL.parse(found.value) : null;
    if (url === null) continue;
    addText(found.start);
    parts.push({ text: shownLink(found.value, url), link: found.value, host: url.host });
    end = found.end;
  }
  addText(content.length);
  return parts;
}

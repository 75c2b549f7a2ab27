const MARKS = /\p{M}/gu;

/** Letters that people type without their stroke but that Unicode does not take apart. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
};
const STROKED = new RegExp(`[${Object.keys(PLAIN_LETTERS).join('')}]`, 'gu');

/** A text as it is compared when searching: without accents and case, so that "zoe" finds "Zoë". */
function searchForm(text: string): string {
  return text
    .normalize('NFD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(STROKED, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/** Whether every word of the query begins or appears in the name. */
export function matchesName(name: string, query: string): boolean {
  const form = searchForm(name);
  return searchForm(query)
    .split(/\s+/u)
    .every((word) => form.includes(word));
}

/** Turns English words into the pseudo-language. */

const ACCENTED: Readonly<Record<string, string>> = {
  a: 'á',
  b: 'ƀ',
  c: 'ç',
  d: 'ð',
  e: 'é',
  f: 'ƒ',
  g: 'ĝ',
  h: 'ĥ',
  i: 'í',
  j: 'ĵ',
  k: 'ķ',
  l: 'ļ',
  m: 'ɱ',
  n: 'ñ',
  o: 'ö',
  p: 'þ',
  q: 'ɋ',
  r: 'ŕ',
  s: 'š',
  t: 'ţ',
  u: 'ü',
  v: 'ṽ',
  w: 'ŵ',
  x: 'ẋ',
  y: 'ý',
  z: 'ž',
  A: 'Á',
  B: 'Ɓ',
  C: 'Ç',
  D: 'Ð',
  E: 'É',
  F: 'Ƒ',
  G: 'Ĝ',
  H: 'Ĥ',
  I: 'Í',
  J: 'Ĵ',
  K: 'Ķ',
  L: 'Ļ',
  M: 'Ṁ',
  N: 'Ñ',
  O: 'Ö',
  P: 'Þ',
  Q: 'Ɋ',
  R: 'Ŕ',
  S: 'Š',
  T: 'Ţ',
  U: 'Û',
  V: 'Ṽ',
  W: 'Ŵ',
  X: 'Ẋ',
  Y: 'Ý',
  Z: 'Ž',
};
/** What translations commonly grow by. */
const GROWTH = 0.4;
const FILLER = ' one two three four five six seven eight nine ten';
/** A value in a sentence, which is no word of ours. */
const VALUE = /(\{\{[^}]*\}\})/u;

function accented(text: string): string {
  return text.replace(/[A-Za-z]/gu, (letter) => ACCENTED[letter] ?? letter);
}

/** A text of the catalogue with accents, 40 % more length and brackets at both ends; its values stay as they are. */
export function pseudoText(text: string): string {
  const pieces = text.split(VALUE);
  const length = pieces.filter((piece) => !VALUE.test(piece)).join('').length;
  const filler = FILLER.repeat(Math.ceil((length * GROWTH) / FILLER.length)).slice(
    0,
    Math.ceil(length * GROWTH),
  );
  const words = pieces.map((piece) => (VALUE.test(piece) ? piece : accented(piece))).join('');
  return `[${words}${accented(filler)}]`;
}

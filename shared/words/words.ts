/** Says the words of the catalogue in a language. The one door to i18next. */
import { createInstance } from 'i18next';
import { en } from './en.ts';
import { es } from './es.ts';
import { PSEUDO_LANGUAGE, type ShownLanguage } from './languages.ts';
import { ptBR } from './pt-br.ts';
import { pseudoText } from './pseudo.ts';
import type { Translation } from './translation.ts';

type English = typeof en;

/** Every key of the catalogue with its English text, e.g. `common.back`. */
type Texts = {
  [Part in keyof English]: {
    [Key in keyof English[Part] & string as `${Part}.${Key}`]: English[Part][Key];
  };
}[keyof English];
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type Catalogue = Intersection<Texts>;

/** A key of the catalogue, `part.key`; singulars are chosen by `count` and are no keys of their own. */
export type WordKey = Exclude<keyof Catalogue, `${string}_one`>;

/** Names of the values in a text, without how they are written. */
type ValueNames<Text> = Text extends `${string}{{${infer Slot}}}${infer Rest}`
  ? (Slot extends `${infer Name}, ${string}` ? Name : Slot) | ValueNames<Rest>
  : never;
type Values<Key extends WordKey> = {
  readonly [Name in ValueNames<Catalogue[Key]>]: Name extends 'count' ? number : string | number;
};

/** A key whose text has no values to fill in. */
export type PlainWordKey = {
  [Key in WordKey]: keyof Values<Key> extends never ? Key : never;
}[WordKey];

/** Says a key of the catalogue; the type check knows which values its text has. */
export type Say = <Key extends WordKey>(
  key: Key,
  ...values: keyof Values<Key> extends never ? [] : [Values<Key>]
) => string;

/** The catalogue in one language. */
export interface Words {
  readonly language: ShownLanguage;
  readonly say: Say;
}

function pseudoWords(): Translation {
  const part = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudoText(text)]));
  // Same keys, other texts.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(Object.entries(en).map(([name, texts]) => [name, part(texts)])) as Translation;
}

function translationFor(language: ShownLanguage): Translation {
  switch (language) {
    case 'en':
      return en;
    case 'es':
      return es;
    case 'pt-BR':
      return ptBR;
    case PSEUDO_LANGUAGE:
      return pseudoWords();
  }
}

/** Makes the words of a language, at once: the whole catalogue is part of the program. */
export function createWords(language: ShownLanguage): Words {
  const i18n = createInstance();
  void i18n.init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: translationFor(language) } },
    initAsync: false,
    cacheInBuiltFormats: true,
    // Words end up as text, never as markup.
    interpolation: { escapeValue: false },
  });
  // The library's own types know nothing of this catalogue; `Say` does.
  const translate: (key: string, values: Record<string, unknown>) => string = i18n.getFixedT(language);
  return { language, say: (key, ...[values]) => translate(key, { ...values }) };
}

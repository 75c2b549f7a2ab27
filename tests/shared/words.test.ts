import { describe, expect, it } from 'vitest';
import { en } from '../../shared/words/en.ts';
import { es } from '../../shared/words/es.ts';
import { formattingLocale, shownLanguage } from '../../shared/words/languages.ts';
import { ptBR } from '../../shared/words/pt-br.ts';
import { pseudoText } from '../../shared/words/pseudo.ts';
import type { Translation } from '../../shared/words/translation.ts';
import { createWords } from '../../shared/words/words.ts';

/** Every text of a language with its key. */
function textsOf(translation: Translation): readonly (readonly [key: string, text: string])[] {
  return Object.entries(translation).flatMap(([part, texts]) =>
    Object.entries(texts).map(([key, text]): [string, string] => [`${part}.${key}`, text]),
  );
}

/** The values that a text asks for, each once. */
function valuesIn(text: string): readonly string[] {
  return [...new Set(text.match(/\{\{[^}]*\}\}/g))].toSorted();
}

const english = new Map(textsOf(en));

describe.each([
  ['Spanish', es],
  ['Brazilian Portuguese', ptBR],
])('the words in %s', (_name, translation) => {
  it('use the values of the English ones', () => {
    const differing = textsOf(translation).filter(
      ([key, text]) => valuesIn(text).join() !== valuesIn(english.get(key) ?? '').join(),
    );
    expect(differing).toEqual([]);
  });

  it('keep the white space around values that follow them, and end as the English ones do', () => {
    const differing = textsOf(translation).filter(([key, text]) => {
      const source = english.get(key) ?? '';
      const end = / ?$|[.…:] ?$/;
      return end.exec(text)?.[0] !== end.exec(source)?.[0];
    });
    expect(differing).toEqual([]);
  });
});

describe('saying words', () => {
  it('chooses singular and plural as the language does', () => {
    const counted = (language: 'en' | 'es' | 'pt-BR') =>
      [0, 1, 2, 1_000_000].map((count) => createWords(language).say('chat.newCount', { count }));
    expect(counted('en')).toEqual([
      '0 new messages',
      '1 new message',
      '2 new messages',
      '1000000 new messages',
    ]);
    expect(counted('es')).toEqual([
      '0 mensajes nuevos',
      '1 mensaje nuevo',
      '2 mensajes nuevos',
      '1000000 mensajes nuevos',
    ]);
    expect(counted('pt-BR')).toEqual([
      '0 mensagem nova',
      '1 mensagem nova',
      '2 mensagens novas',
      '1000000 mensagens novas',
    ]);
  });

  it('writes numbers as the language does', () => {
    const values = { used: 1_850, limit: 12_000 };
    expect(createWords('en').say('composer.counter', values)).toBe('1,850 of 12,000');
    expect(createWords('es').say('composer.counter', values)).toBe('1850 de 12.000');
    expect(createWords('pt-BR').say('composer.counter', values)).toBe('1.850 de 12.000');
  });

  it('takes values as they are, whatever they look like', () => {
    for (const name of ['<b>Ana</b> & Co', '{{text}}', '$t(common.back)', 'a | b, number']) {
      expect(createWords('en').say('chat.announceOne', { name, text: '{{name}}' })).toBe(`${name}: {{name}}`);
    }
  });

  it('pads the pseudo-language and leaves its values alone', () => {
    expect(pseudoText('Message {{name}}')).toBe('[Ṁéššáĝé {{name}} öñé]');
    const said = createWords('en-XA').say('chat.newCount', { count: 3 });
    expect(said).toMatch(/^\[3 ñéŵ ɱéššáĝéš .+\]$/u);
    for (const [key, text] of english) {
      const wordsOnly = text.replaceAll(/\{\{[^}]*\}\}/g, '');
      expect(pseudoText(text).length - text.length, key).toBeGreaterThanOrEqual(wordsOnly.length * 0.4 + 2);
    }
  });
});

describe('the language of the app', () => {
  it.each([
    [['es-MX', 'en-US'], 'es'],
    [['pt-PT'], 'pt-BR'],
    [['ca-ES', 'es-ES'], 'es'],
    [['pt_BR.UTF-8'], 'pt-BR'],
    [['de-DE', 'fr'], 'en'],
    [[], 'en'],
    [['en-XA'], 'en-XA'],
  ])('for a system that speaks %j is %s', (tags, language) => {
    expect(shownLanguage('system', tags)).toBe(language);
  });

  it('is the chosen one, whatever the system speaks', () => {
    expect(shownLanguage('pt-BR', ['es-ES'])).toBe('pt-BR');
  });
});

describe('the locale of dates', () => {
  it.each([
    ['en', 'en-GB', 'en-GB'],
    ['en', 'de-DE', 'en-DE'],
    ['es', 'en-US', 'es-US'],
    ['pt-BR', 'en-US', 'pt-BR'],
    ['pt-BR', 'pt-PT', 'pt-PT'],
    ['es', 'en', 'es'],
    ['en-XA', 'en-US', 'en-US'],
  ] as const)('for %s on a system of %s is %s', (language, system, locale) => {
    expect(formattingLocale(language, system)).toBe(locale);
  });
});

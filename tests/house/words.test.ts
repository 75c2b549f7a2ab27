/** What people read and hear comes from the catalogue of words, and everything in the catalogue is said somewhere. */
import { parseSync } from '@swc/core';
import { describe, expect, it } from 'vitest';
import { en } from '../../shared/words/en.ts';
import { sourcesIn, withoutComments, type Source } from './sources.ts';

/** Attributes and properties whose text reaches people, as it is or through a component. */
const SPOKEN = new Set([
  'aria-label',
  'alt',
  'label',
  'legend',
  'never',
  'placeholder',
  'text',
  'title',
  'toolTip',
]);
/** A sentence, or the beginning of one. */
const SENTENCE = /^\s*\p{Lu}\p{Ll}*[ ,]+\p{L}/u;
const WORD = /\p{L}{2}/u;

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** The literal texts of an expression: its own, or those of its branches. */
function literalsOf(node: unknown): readonly string[] {
  if (!isNode(node)) return [];
  switch (node['type']) {
    case 'StringLiteral':
      return [String(node['value'])];
    case 'TemplateLiteral':
      return [node['quasis']]
        .flat()
        .filter(isNode)
        .map((quasi) => String(quasi['raw']));
    case 'JSXExpressionContainer':
      return literalsOf(node['expression']);
    case 'ConditionalExpression':
      return [...literalsOf(node['consequent']), ...literalsOf(node['alternate'])];
    default:
      return [];
  }
}

function nameOf(node: unknown): string {
  const name = isNode(node) ? node['value'] : null;
  return typeof name === 'string' ? name : '';
}

/** Texts for people that stand in the code itself. */
function spokenLiterals({ text }: Source): readonly string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (!isNode(node)) return;
    switch (node['type']) {
      // What an error says reaches the log at most, by its kind.
      case 'NewExpression':
      case 'ImportDeclaration':
      case 'TsTypeAliasDeclaration':
        return;
      case 'JSXText':
        if (WORD.test(String(node['value']))) found.push(String(node['value']).trim());
        break;
      case 'JSXAttribute':
        if (SPOKEN.has(nameOf(node['name'])))
          found.push(...literalsOf(node['value']).filter((one) => WORD.test(one)));
        if (nameOf(node['name']) === 'className') return;
        break;
      case 'KeyValueProperty':
        // Keys of the catalogue are small, words for people are not.
        if (SPOKEN.has(nameOf(node['key']))) {
          found.push(...literalsOf(node['value']).filter((one) => /^\W*\p{Lu}\p{Ll}/u.test(one)));
        }
        break;
      case 'StringLiteral':
      case 'TemplateLiteral':
        found.push(...literalsOf(node).filter((one) => SENTENCE.test(one)));
        break;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(text, { syntax: 'typescript', tsx: true, target: 'es2024' }).body);
  return [...new Set(found)];
}

const speaking = [
  ...sourcesIn('renderer', ['.ts', '.tsx']),
  ...sourcesIn('electron', ['.ts']).filter(({ file }) => !file.startsWith('electron/demo/')),
];

describe('words for people', () => {
  it('stand in the catalogue, not in the code', () => {
    const found = speaking.flatMap((source) =>
      spokenLiterals(source).map((literal) => `${source.file}: ${literal}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    '<p>Retry</p>',
    '<input placeholder="Type a name" />',
    "<Button label={isBusy ? 'Busy' : undefined} />",
    "show({ label: 'Open', run })",
    "setProblem('Please fill in the server.')",
    'tray.setToolTip(`Open inbox (${count} unread)`)',
  ])('would be found in the code: %s', (code) => {
    expect(spokenLiterals({ file: 'sample.tsx', text: code })).not.toEqual([]);
  });

  it.each([
    "<p className={`Some thing ${look}`}>{say('common.retry')}</p>",
    "if (event.key === 'Enter') throw new Error('There is no root.')",
    "log('window.shown', { label: 'shown' })",
  ])('are not seen where there are none: %s', (code) => {
    expect(spokenLiterals({ file: 'sample.tsx', text: code })).toEqual([]);
  });

  it('are all said somewhere', () => {
    const code = speaking.map(({ text }) => withoutComments(text)).join('\n');
    const wholeParts = new Set([...code.matchAll(/`(\w+)\.\$\{/g)].map(([, part]) => part));
    const unused = Object.entries(en).flatMap(([part, texts]) =>
      Object.keys(texts)
        .map((key) => `${part}.${key.replace(/_one$/, '')}`)
        .filter((key) => !wholeParts.has(part) && !code.includes(`'${key}'`)),
    );
    expect(unused).toEqual([]);
  });
});

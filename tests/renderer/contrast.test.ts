import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast as contrastOf, type Rgb } from '../harness/contrast.ts';

const css = readFileSync(path.join(import.meta.dirname, '../../renderer/ui/tokens.css'), 'utf8');
const [usual = '', more = ''] = css.split('@media (prefers-contrast: more)');

type Theme = 'light' | 'dark';

/** The colours that a part of the tokens sets, by name. */
function coloursIn(text: string, theme: Theme): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^\s*--([\w-]+): (.+);$/gm)) {
    const pair = /^light-dark\((#\w{6}), (#\w{6})\)$/.exec(value);
    const alias = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
    if (pair !== null) found.set(name, (theme === 'light' ? pair[1] : pair[2]) ?? '');
    else if (/^#\w{6}$/.test(value)) found.set(name, value);
    else if (alias !== undefined && !name.startsWith('color-')) found.set(name, found.get(alias) ?? '');
  }
  for (const [, name = '', value = ''] of text.matchAll(/\.(avatar-\d) \{\s*background: (#\w{6});/g)) {
    found.set(name, value);
  }
  return found;
}

function rgb(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [red, green, blue];
}

function contrast(one: string, other: string): number {
  return contrastOf(rgb(one), rgb(other));
}

const AVATARS = Array.from({ length: 8 }, (_, index) => `avatar-${index}`);
/** Which text stands on which ground, anywhere in the window. */
const TEXT: Readonly<Record<string, readonly string[]>> = {
  ink: ['canvas', 'sunken', 'raised', 'control', 'hover', 'selected', 'bubble'],
  'ink-soft': ['canvas', 'sunken', 'raised', 'control', 'hover'],
  'ink-faint': ['canvas', 'sunken', 'raised', 'hover', 'selected'],
  'accent-ink': ['canvas', 'sunken', 'raised', 'hover', 'selected'],
  'on-accent': ['accent', 'accent-hover', 'badge', ...AVATARS],
  danger: ['canvas', 'sunken', 'raised', 'control', 'hover', 'selected', 'danger-soft'],
  'notice-ink': ['notice-soft', 'raised'],
};
/** Edges of fields and the ring of the focus, on what is around them. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  'field-line': ['canvas', 'sunken', 'raised'],
  'accent-ink': ['canvas', 'sunken', 'raised', 'selected'],
};

function weakPairs(
  pairs: Readonly<Record<string, readonly string[]>>,
  colours: ReadonlyMap<string, string>,
  least: number,
): readonly string[] {
  return Object.entries(pairs).flatMap(([front, grounds]) =>
    grounds.flatMap((ground) => {
      const ratio = contrast(colours.get(front) ?? '#000000', colours.get(ground) ?? '#000000');
      return ratio < least ? [`${front} on ${ground}: ${ratio.toFixed(2)}`] : [];
    }),
  );
}

describe.each(['light', 'dark'] as const)('the colours of the %s theme', (theme) => {
  const colours = coloursIn(usual, theme);
  const strong = new Map([...colours, ...coloursIn(more, theme)]);

  it('are all known by their names', () => {
    const names = [TEXT, EDGES].flatMap((pairs) => [...Object.keys(pairs), ...Object.values(pairs).flat()]);
    expect(names.filter((name) => !colours.has(name))).toEqual([]);
  });

  it('keep every text at 4.5 to 1 on its ground, and edges at 3 to 1', () => {
    expect(weakPairs(TEXT, colours, 4.5)).toEqual([]);
    expect(weakPairs(EDGES, colours, 3)).toEqual([]);
  });

  it('keep every text at 7 to 1 for those who ask for more contrast, but for initials, and edges at 4.5', () => {
    const { 'on-accent': onAccent = [], ...others } = TEXT;
    const text = { ...others, 'on-accent': onAccent.filter((ground) => !AVATARS.includes(ground)) };
    expect(weakPairs(text, strong, 7)).toEqual([]);
    expect(weakPairs(EDGES, strong, 4.5)).toEqual([]);
  });
});

describe('the measure of contrast', () => {
  it('is that of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

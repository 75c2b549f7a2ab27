import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FIRST_SECTION = 2;
const LAST_SECTION = 12;

/** A line of the page: words of the protocol, and the tests that show them. */
interface Row {
  /** Number of the section, or null for the known failures. */
  readonly section: number | null;
  readonly words: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** The sections of a page by their headings. */
function sectionsOf(page: string): ReadonlyMap<string, string> {
  const parts = readFileSync(page, 'utf8').split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.split('\n')[0] ?? '', part.slice(part.indexOf('\n'))]));
}

const numberOf = (heading: string): number | null => Number(/^(\d+)\. /.exec(heading)?.[1] ?? 0) || null;

/** Cells of the rows of a table, without its head. */
function cellsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function readRows(): Row[] {
  return [...sectionsOf('docs/protocol-tests.md')].flatMap(([heading, text]) =>
    cellsOf(text).map(([words = '', tests = '']) => ({
      section: numberOf(heading),
      words,
      tests: tests.split('<br>').map((test) => {
        const [, file = '', title = ''] = /^`([^`]+)` (.+)$/.exec(test) ?? [];
        return { file, title };
      }),
    })),
  );
}

/** Paragraphs, items and rows of a section; the head of a table says nothing. */
function statementsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line, index, all) =>
        line !== '' && !/^\|[ |:-]+\|$/.test(line) && !/^\|[ |:-]+\|$/.test(all[index + 1] ?? ''),
    );
}

const rows = readRows();
const protocol = new Map(
  [...sectionsOf('docs/protocol.md')].map(([heading, text]) => [numberOf(heading), text] as const),
);
const sections = Array.from(
  { length: LAST_SECTION - FIRST_SECTION + 1 },
  (_, index) => FIRST_SECTION + index,
);

describe('the page of the protocol’s tests', () => {
  it.each(rows.map((row) => [row.words, row] as const))('names tests that exist: %s', (_words, { tests }) => {
    for (const { file, title } of tests) {
      const path = [`tests/${file}.test.ts`, `tests/${file}.test.tsx`].find(existsSync);
      expect(path, file).toBeDefined();
      const source = readFileSync(path ?? '', 'utf8');
      const isThere = ["'", '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
      expect(isThere, `“${title}” in ${path}`).toBe(true);
    }
  });

  it.each(sections)('quotes section %i as it stands', (section) => {
    const text = protocol.get(section) ?? '';
    const own = rows.filter((row) => row.section === section);
    expect(own.filter(({ words }) => !text.includes(words)).map(({ words }) => words)).toEqual([]);
  });

  it.each(sections)('leaves no paragraph, item or row of section %i out', (section) => {
    const own = rows.filter((row) => row.section === section);
    const statements = statementsOf(protocol.get(section) ?? '');
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((statement) => !own.some(({ words }) => statement.includes(words)))).toEqual([]);
  });
});

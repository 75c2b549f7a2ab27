import { describe, expect, it } from 'vitest';
import { cellsOf, missingTests, sectionsOf, testsIn, type NamedTest } from './test-tables.ts';

const FIRST_SECTION = 2;
const LAST_SECTION = 12;

/** A line of the page: words of the protocol, and the tests that show them. */
interface Row {
  /** Number of the section, or null for the known failures. */
  readonly section: number | null;
  readonly words: string;
  readonly tests: readonly NamedTest[];
}

const numberOf = (heading: string): number | null => Number(/^(\d+)\. /.exec(heading)?.[1] ?? 0) || null;

function readRows(): Row[] {
  return [...sectionsOf('docs/protocol-tests.md')].flatMap(([heading, text]) =>
    cellsOf(text).map(([words = '', tests = '']) => ({
      section: numberOf(heading),
      words,
      tests: testsIn(tests),
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
    expect(missingTests(tests)).toEqual([]);
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

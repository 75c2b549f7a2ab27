import { describe, expect, it } from 'vitest';
import { cellsOf, missingTests, sectionsOf, testsIn } from './test-tables.ts';

const PAGE = 'docs/acceptance.md';

function numbered(prefix: string, first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
}

/** What has to be shown, by the heading of its table. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'Acceptance criteria': [...numbered('AC-', 2, 8), ...numbered('AC-', 10, 11), ...numbered('AC-', 14, 21)],
  'Edge cases': numbered('EC-', 1, 10),
  'Error states': numbered('ES-', 1, 8),
  'What a person sees': numbered('UX-', 1, 10),
  'What breaks elsewhere': [
    ...numbered('A', 1, 7),
    'A12',
    ...numbered('H', 1, 5),
    ...numbered('H', 8, 13),
    ...numbered('I', 1, 3),
    ...numbered('I', 5, 7),
    ...numbered('J', 1, 6),
    'K1',
    'M1',
    'M6',
  ],
};

const sections = sectionsOf(PAGE);

describe.each(Object.entries(REQUIRED))('the page of acceptance, %s', (heading, required) => {
  const rows = cellsOf(sections.get(heading) ?? '');

  it('has a row for each', () => {
    expect(rows.map(([id]) => id)).toEqual(required);
  });

  it.each(rows.map(([id = '', words = '', tests = '']) => [id, words, tests] as const))(
    '%s names tests that exist: %s',
    (_id, _words, tests) => {
      expect(missingTests(testsIn(tests))).toEqual([]);
    },
  );
});

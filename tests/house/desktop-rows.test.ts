import { describe, expect, it } from 'vitest';
import { cellsOf, missingTests, sectionsOf, testsIn } from './test-tables.ts';

const rows = cellsOf(sectionsOf('docs/desktop.md').get('What breaks elsewhere') ?? '');

/** Numbers of a part of the list, without those that other pages have or that the app does not promise. */
function numbered(part: string, last: number, without: readonly number[] = []): readonly string[] {
  return Array.from({ length: last }, (_, index) => index + 1)
    .filter((number) => !without.includes(number))
    .map((number) => `${part}${number}`);
}

describe('the page of the desktop', () => {
  it('has a row for each thing that breaks elsewhere', () => {
    expect(rows.map(([id]) => id)).toEqual([
      ...numbered('B', 17, [10]),
      ...numbered('C', 17, [13, 16]),
      ...numbered('D', 16),
      'G11',
      'L5',
    ]);
  });

  it.each(rows.map(([id = '', words = '', tests = '']) => [id, words, tests] as const))(
    '%s names tests that exist: %s',
    (_id, _words, tests) => {
      expect(missingTests(testsIn(tests))).toEqual([]);
    },
  );
});

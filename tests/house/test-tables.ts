/** Pages whose tables say which test shows what. */
import { existsSync, readFileSync } from 'node:fs';

/** A test as such a page names it: the file below `tests/`, without its endings, and the title as in the source. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The sections of a page by their headings. */
export function sectionsOf(page: string): ReadonlyMap<string, string> {
  const parts = readFileSync(page, 'utf8').split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.split('\n')[0] ?? '', part.slice(part.indexOf('\n'))]));
}

/** Cells of the rows of a table, without its head. */
export function cellsOf(text: string): readonly (readonly string[])[] {
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

/** The tests that a cell names, each as the file in backticks and the title behind it. */
export function testsIn(cell: string): readonly NamedTest[] {
  return cell.split('<br>').map((test) => {
    const [, file = '', title = ''] = /^`([^`]+)` (.+)$/.exec(test) ?? [];
    return { file, title };
  });
}

/** Rows of a list that a test stands for, at the end of its title: ` (AC-7, I1)`. */
const IDS = / \([A-Z]+-?\d+(?:, [A-Z]+-?\d+)*\)$/;
const MARKS = /[.*+?^${}()|[\]\\]/g;

/** Whether a source has a test of this title; the rows that it stands for may be said or left out. */
function hasTest(source: string, title: string): boolean {
  const words = title.replace(IDS, '').replace(MARKS, String.raw`\$&`);
  return new RegExp(`(['"\`])${words}(?:${IDS.source.slice(0, -1)})?\\1`).test(source);
}

/** Those of the tests that are not there, by file and title. */
export function missingTests(tests: readonly NamedTest[]): readonly string[] {
  return tests
    .filter(({ file, title }) => {
      const path = [`tests/${file}.test.ts`, `tests/${file}.test.tsx`].find((one) => existsSync(one));
      if (path === undefined || title === '') return true;
      return !hasTest(readFileSync(path, 'utf8'), title);
    })
    .map(({ file, title }) => `${file}: ${title}`);
}

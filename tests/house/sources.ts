/** The project's own files, as the house rules look at them. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of the project folder. */
export const projectDir = path.resolve(import.meta.dirname, '..', '..');

/** Folders that are made by tools, and so follow no rules of ours. */
const FOREIGN = new Set(['node_modules', 'out', 'dist', '.cache', '.git', 'test-results']);

/** A text file of the project; `file` is relative to the project folder, with `/`. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Every file below `folder` (relative; the whole project when left out) whose name ends in one of `endings`. */
export function sourcesIn(folder: string, endings: readonly string[]): readonly Source[] {
  return readdirSync(path.join(projectDir, folder), { withFileTypes: true })
    .filter((entry) => !FOREIGN.has(entry.name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(file, endings);
      return endings.some((ending) => file.endsWith(ending))
        ? [{ file, text: readFileSync(path.join(projectDir, file), 'utf8') }]
        : [];
    });
}

/**
 * The text without its comments, line for line: a rule is about what the code does, and comments may name
 * what the code must not. A `//` counts only after white space, as an address in a string has none before it.
 */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Where `pattern` is found in the code of `source`, as `file:line`. */
export function usesOf(pattern: RegExp, source: Source): readonly string[] {
  return withoutComments(source.text)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${source.file}:${index + 1}`] : []));
}

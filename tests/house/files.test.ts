import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { projectDir, sourcesIn, withoutComments, type Source } from './sources.ts';

/** Lines of a source file; near 300 it asks to be split, here it must be. */
const MAX_LINES = 400;

const code = sourcesIn('', ['.ts', '.tsx', '.mjs', '.cjs']);
const papers = sourcesIn('', ['.md']);

/** Relative paths in string literals that lead out of the project, as `file → path`. */
function escapesOf({ file, text }: Source): readonly string[] {
  const folder = path.dirname(path.join(projectDir, file));
  return [...withoutComments(text).matchAll(/['"`](\.\.\/[^'"`$]*)['"`]/g)]
    .map(([, target = '']) => target)
    .filter((target) => path.relative(projectDir, path.resolve(folder, target)).startsWith('..'))
    .map((target) => `${file} → ${target}`);
}

/** Scripts that a paper tells its reader to run. */
function scriptsNamedIn(text: string): readonly string[] {
  const named = text.matchAll(/\bnpm (?:run (?:--silent |-s )?([\w:-]+)|(start|test)\b)/g);
  return [...named].map(([, script, short]) => script ?? short ?? '');
}

describe('the files of the project', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const tooLong = code.filter(({ text }) => text.split('\n').length > MAX_LINES + 1);
    expect(tooLong.map(({ file }) => file)).toEqual([]);
  });

  it('reach for nothing outside the project', () => {
    expect(code.flatMap(escapesOf)).toEqual([]);
  });

  it('would be caught reaching outside', () => {
    const up = '..';
    const text = `read('${up}/${up}/${up}/elsewhere/spec.md'); read('${up}/kin.ts');`;
    expect(escapesOf({ file: 'tests/house/sample.ts', text })).toEqual([
      'tests/house/sample.ts → ../../../elsewhere/spec.md',
    ]);
  });
});

describe('the papers', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(path.join(projectDir, 'package.json'), 'utf8')));

  it('name only commands that exist', () => {
    const named = papers.flatMap(({ file, text }) =>
      scriptsNamedIn(text).map((script) => ({ file, script })),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const dead = papers.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(path.resolve(projectDir, path.dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(dead).toEqual([]);
  });
});

describe('the lockfile', () => {
  it('names every build for every system, so that npm ci takes it anywhere', () => {
    const lockSchema = z.object({
      packages: z.record(
        z.string(),
        z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
      ),
    });
    const { packages } = lockSchema.parse(
      JSON.parse(readFileSync(path.join(projectDir, 'package-lock.json'), 'utf8')),
    );
    const named = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, '')));
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !named.has(name));
    expect(missing, 'run: npm run lockfile').toEqual([]);
  });
});

/** The static checks of `npm test`, each of which passes or fails as one. */
import { inModules, projectNode } from './paths.mjs';
import { run } from './process.mjs';

/** Folders with a tsconfig of their own. */
const rooms = ['shared', 'electron', 'renderer', 'backend', 'tests', 'bench', 'scripts'];

/**
 * @typedef {object} Verdict
 * @property {boolean} isGood
 * @property {string} output what the tool said
 */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {'types' | 'lint'} part the part of `npm test` it belongs to
 * @property {() => Promise<Verdict>} look
 */

/** @type {readonly Check[]} */
export const checks = [
  { name: 'types', part: 'types', look: types },
  { name: 'format', part: 'lint', look: () => tool('oxfmt', 'oxfmt', ['--check']) },
  { name: 'lint', part: 'lint', look: () => tool('oxlint', 'oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'layers', part: 'lint', look: layers },
  { name: 'dead code', part: 'lint', look: () => tool('knip', 'knip.js', ['--no-progress']) },
];

/**
 * Runs a tool of node_modules on the project's Node.
 * @param {string} name the package
 * @param {string} file in its `bin` folder
 * @param {readonly string[]} args
 * @returns {Promise<Verdict>}
 */
async function tool(name, file, args) {
  const { code, stdout, stderr } = await run(projectNode, [inModules(name, 'bin', file), ...args], {
    capture: true,
  });
  return { isGood: code === 0, output: `${stdout}${stderr}`.trim() };
}

async function types() {
  const verdicts = await Promise.all(rooms.map((room) => tool('typescript', 'tsc', ['-p', room])));
  return {
    isGood: verdicts.every((verdict) => verdict.isGood),
    output: verdicts
      .map((verdict) => verdict.output)
      .filter((output) => output !== '')
      .join('\n'),
  };
}

async function layers() {
  const verdict = await tool('dependency-cruiser', 'dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    ...rooms,
  ]);
  // Without a parser for TypeScript the tool finds no modules and is content with that.
  const modules = Number(/(\d+) modules/.exec(verdict.output)?.[1] ?? 0);
  return modules > 0
    ? verdict
    : { isGood: false, output: `dependency-cruiser found no modules to check.\n${verdict.output}` };
}

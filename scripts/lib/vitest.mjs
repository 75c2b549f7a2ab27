/** Running the tests of some vitest projects and counting them. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { cacheDir, inModules, projectNode } from './paths.mjs';
import { run } from './process.mjs';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed skipped tests count as failed, and so does a file that could not be run
 * @property {string[]} failures what failed, each with the first lines of why
 */

/**
 * The parts of vitest's JSON report that are counted.
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {readonly FileResult[]} testResults
 */

/**
 * @typedef {object} FileResult
 * @property {string} name
 * @property {string} status
 * @property {string} message of an error outside the file's tests
 * @property {readonly { status: string, fullName: string, failureMessages: readonly string[] | null }[]} assertionResults
 */

/**
 * Runs tests, with their progress on this terminal.
 * @param {string} name of the run; its report is kept in .cache under it
 * @param {readonly string[]} projects names in vitest.config.ts
 * @param {readonly string[]} filters parts of file names; none means all
 * @returns {Promise<Count>}
 */
export async function runTests(name, projects, filters) {
  const file = path.join(cacheDir, 'test', `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const { code } = await run(projectNode, [
    inModules('vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...filters,
  ]);
  const count = read(file);
  // An error outside any test, a crash, or no test at all: vitest refuses, but its report names no failed test.
  return code === 0 || count.failed > 0
    ? count
    : {
        ...count,
        failed: 1,
        failures: [`${name}: vitest ended with ${code} though no test failed (see above)`],
      };
}

/**
 * @param {string} file
 * @returns {Count}
 */
function read(file) {
  /** @type {Report} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: [`vitest left no report in ${file}`] };
  }
  const failures = report.testResults.flatMap(failuresOf);
  return report.numPassedTests + failures.length === 0
    ? { passed: 0, failed: 1, failures: ['no test was found'] }
    : { passed: report.numPassedTests, failed: failures.length, failures };
}

/**
 * @param {FileResult} result of one file
 * @returns {string[]} a description of each of its tests that did not pass, or of the file when none of them could run
 */
function failuresOf({ name, status, message, assertionResults }) {
  const file = path.relative(process.cwd(), name);
  const failures = assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) =>
      describe(`${file}: ${test.fullName} (${test.status})`, test.failureMessages?.join('\n') ?? ''),
    );
  return failures.length === 0 && status === 'failed'
    ? [describe(`${file}: could not be run`, message)]
    : failures;
}

/**
 * @param {string} title
 * @param {string} reason
 */
function describe(title, reason) {
  const lines = stripVTControlCharacters(reason)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('node_modules'));
  return [title, ...lines.slice(0, 20).map((line) => `    ${line}`)].join('\n');
}

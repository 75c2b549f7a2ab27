/** Running the tests of some vitest projects and counting them. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { cacheDir, inModules, projectNode } from './paths.mjs';
import { run } from './process.mjs';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed skipped tests count as failed, and so does a file that could not be run
 */

/**
 * The parts of vitest's JSON report that are counted.
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {readonly { status: string, assertionResults: readonly { status: string }[] }[]} testResults
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
  return code === 0 || count.failed > 0 ? count : { ...count, failed: 1 };
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
    return { passed: 0, failed: 1 };
  }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + brokenFiles;
  return { passed: report.numPassedTests, failed: report.numPassedTests + failed === 0 ? 1 : failed };
}

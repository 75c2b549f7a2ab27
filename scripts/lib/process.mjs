/** Running other programs, and ending this one with a sentence instead of a stack trace. */
import { spawn } from 'node:child_process';
import path from 'node:path';

import { inModules, root } from './paths.mjs';

/** Something the person at the keyboard can put right: printed as its one sentence, without a stack. */
export class Trouble extends Error {}

/**
 * @typedef {object} Outcome
 * @property {number | null} code exit code; null when a signal ended the program
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout empty unless `capture` was asked for
 * @property {string} stderr empty unless `capture` was asked for
 */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project folder when left out
 * @property {NodeJS.ProcessEnv} [env] this process's environment when left out
 * @property {boolean} [capture] collect the output instead of passing it through
 */

/**
 * Runs a program to its end. Rejects only when the program cannot be started.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', options.capture ? 'pipe' : 'inherit', options.capture ? 'pipe' : 'inherit'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/**
 * This environment with the machine's own Node on PATH instead of the project's, which npm scripts put first.
 * Whatever replaces the project's Node must not run in it.
 * @returns {NodeJS.ProcessEnv}
 */
export function machineEnvironment() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const PATH = folders.filter((folder) => path.resolve(folder) !== inModules('.bin')).join(path.delimiter);
  return { ...process.env, PATH };
}

/**
 * Runs npm on the machine's own Node: the npm that started this script, else the one on PATH.
 * @param {readonly string[]} args
 * @returns {Promise<Outcome>} with its output captured
 */
export function runNpm(args) {
  const options = { env: machineEnvironment(), capture: true };
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  if (npm && node && path.basename(npm).startsWith('npm') && !node.startsWith(inModules())) {
    return withSignOfLife(run(node, [npm, ...args], options));
  }
  return withSignOfLife(
    process.platform === 'win32'
      ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options)
      : run('npm', args, options),
  );
}

/**
 * Says every ten seconds that something slow and silent is still going on.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>} the work itself
 */
export async function withSignOfLife(work) {
  const begun = Date.now();
  const timer = setInterval(() => say(`  … ${Math.round((Date.now() - begun) / 1000)} s`), 10_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Prints one line of progress. It goes to stderr, so that stdout stays free for what the caller asked for.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a script's body; its number becomes the exit code. A `Trouble` ends the process with its sentence.
 * @param {() => Promise<number>} body
 */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    say(reason instanceof Trouble ? `\n${reason.message}` : (reason.stack ?? reason.message));
    process.exitCode = 1;
  }
}

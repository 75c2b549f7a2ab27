/** Building the app and the backend into out/, and knowing when that is not needed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inModules, projectNode, root } from './paths.mjs';
import { run, say, Trouble } from './process.mjs';

const stamp = path.join(root, 'out', '.inputs');
const inputs = [
  'shared',
  'electron',
  'renderer',
  'backend',
  'resources',
  'electron.vite.config.ts',
  'vite.backend.config.ts',
  'tsconfig.json',
  'package-lock.json',
];

/**
 * Builds main process, preload, renderer and backend.
 * @param {{ quiet?: boolean }} [options] show the tools' output only when they fail
 * @throws {Trouble} when a tool refuses
 */
export async function build(options = {}) {
  const before = hashOfInputs();
  await vite([inModules('electron-vite', 'bin', 'electron-vite.js'), 'build'], options);
  await vite([inModules('vite', 'bin', 'vite.js'), 'build', '-c', 'vite.backend.config.ts'], options);
  writeFileSync(stamp, before);
}

/**
 * Builds when the sources have changed since the last time, and says so.
 * @throws {Trouble} when a tool refuses
 */
export async function ensureBuilt() {
  if (isBuilt()) return;
  say('Building …');
  await build({ quiet: true });
}

/**
 * Whether out/ was built from the sources as they are now.
 * @returns {boolean}
 */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfInputs();
}

/**
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean }} options
 */
async function vite(args, { quiet = false }) {
  const { code, stdout, stderr } = await run(projectNode, args, { capture: quiet });
  if (code !== 0) throw new Trouble(`The build failed.\n${stdout}${stderr}`.trim());
}

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const input of inputs) addTo(hash, path.join(root, input));
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} file a file or a folder
 */
function addTo(hash, file) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    for (const name of readdirSync(file).toSorted()) addTo(hash, path.join(file, name));
  } else if (found) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
}

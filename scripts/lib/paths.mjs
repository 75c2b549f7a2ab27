/** Where things are in the working tree. Every script names folders through this file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project folder, absolute. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Downloads, screenshots and stamps: safe to delete at any time, ignored by git. */
export const cacheDir = path.join(root, '.cache');

/** The Node 24 that the `node` package puts into node_modules; the app's tools and the backend run in it. */
export const projectNode = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/**
 * The path of a file in node_modules.
 * @param {...string} parts
 * @returns {string}
 */
export function inModules(...parts) {
  return path.join(root, 'node_modules', ...parts);
}

/**
 * The installed version of a dependency.
 * @param {string} name
 * @returns {string}
 */
export function packageVersion(name) {
  /** @type {{ version: string }} */
  const manifest = JSON.parse(readFileSync(inModules(name, 'package.json'), 'utf8'));
  return manifest.version;
}

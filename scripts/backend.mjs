/**
 * `npm run backend`: the messaging service under the project's Node. Arguments, environment, signals and the
 * exit code are the backend's own; stdout carries nothing but its one line.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { bootstrap } from './bootstrap.mjs';
import { projectNode, root } from './lib/paths.mjs';
import { main } from './lib/process.mjs';

const entry = path.join(root, 'backend', 'main.ts');

/**
 * Runs the backend as a child on the project's Node and passes signals on to it.
 * @returns {Promise<number>} its exit code
 */
function inChild() {
  const child = spawn(projectNode, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

await main(async () => {
  await bootstrap({});
  if (Number(process.versions.node.split('.')[0]) < 24) return inChild();
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
  return Number(process.exitCode ?? 0);
});

/**
 * Makes the working tree ready: the first step of every command. Runs on the Node that the machine has, without
 * dependencies, and does nothing that is already done.
 */
import { fileURLToPath } from 'node:url';

import { main, say, Trouble } from './lib/process.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { electronBinary, ensureElectron } from './setup/electron.mjs';
import { checkLibraries, ensureSystemPackages } from './setup/system-packages.mjs';

/**
 * What a command needs beside the dependencies.
 * @typedef {object} Needs
 * @property {boolean} [electron] the Electron runtime
 * @property {boolean} [libraries] the system libraries that Electron loads
 * @property {boolean} [display] what it takes to make a virtual display and a picture of it
 * @property {boolean} [tracing] what it takes to follow the system calls of a program
 * @property {boolean} [bus] a message bus, on which the desktop's services are played
 * @property {boolean} [servers] PostgreSQL and Redis
 * @property {boolean} [packages] what the app's own Debian package depends on, and what looks at its window
 */

/**
 * Checks Node, installs system packages, dependencies and the Electron runtime as far as `needs` asks.
 * @param {Needs} needs
 * @returns {Promise<{ electronDir: string }>} the folder of the Electron runtime; empty unless it was needed
 * @throws {Trouble} with one sentence that says what to do
 */
export async function bootstrap(needs) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    throw new Trouble(`Trainer Inbox needs Node 20 or newer; this is Node ${process.versions.node}.`);
  }
  await ensureSystemPackages(needs);
  await ensureDependencies();
  if (!needs.electron) return { electronDir: '' };
  const electronDir = await ensureElectron();
  if (needs.libraries) checkLibraries(electronBinary(electronDir));
  return { electronDir };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await bootstrap({
      electron: true,
      libraries: true,
      display: true,
      tracing: true,
      bus: true,
      servers: true,
      packages: true,
    });
    say('Everything is ready.');
    return 0;
  });
}

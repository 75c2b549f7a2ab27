/** The npm dependencies, exactly as the lockfile says, and the project's own Node 24 among them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inModules, packageVersion, projectNode, root } from '../lib/paths.mjs';
import { machineEnvironment, run, runNpm, say, Trouble } from '../lib/process.mjs';

const stamp = inModules('.trainer-inbox-stamp');

/**
 * Installs the dependencies when they are missing or the lockfile changed since the last time.
 * @throws {Trouble} when they cannot be had
 */
export async function ensureDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (!isInstalled(wanted)) {
    say('Dependencies: installing from the lockfile (about a minute the first time) …');
    // No package's install script runs by itself: better-sqlite3 would compile although its binaries are in
    // the package. The one script that is needed, that of `node`, is run by name below.
    await npmCi();
    await installProjectNode();
    writeFileSync(stamp, wanted);
  }
}

/** @param {string} wanted the lockfile's hash */
function isInstalled(wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(projectNode);
}

async function npmCi() {
  const { code, stderr } = await runNpm([
    'ci',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code === 0) return;
  if (/EUSAGE|can only install packages when/.test(stderr)) {
    throw new Trouble(
      'package.json and package-lock.json do not agree: run `npm install` and commit the lockfile.',
    );
  }
  if (/ENOSPC/.test(stderr)) {
    throw new Trouble('The disk is full: the dependencies need about 1 GB. Free some space and start again.');
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|FETCH_ERROR|network/i.test(stderr)) {
    throw new Trouble(
      'The npm registry could not be reached: connect to the internet (or mend the proxy) and start again.',
    );
  }
  throw new Trouble(`npm could not install the dependencies. It said:\n${stderr.trim()}`);
}

async function installProjectNode() {
  const version = packageVersion('node');
  say(`Node ${version}: installing for this project …`);
  const setUp = await run('node', ['installArchSpecificPackage.js'], {
    cwd: inModules('node'),
    env: machineEnvironment(),
    capture: true,
  });
  // npm makes no link in .bin while its target is missing, as it was when the package was unpacked.
  const link = await runNpm(['rebuild', 'node', '--ignore-scripts', '--loglevel=error']);
  const check = existsSync(projectNode) ? await run(projectNode, ['-v'], { capture: true }) : null;
  if (check?.stdout.trim() !== `v${version}` || link.code !== 0) {
    throw new Trouble(
      `Node ${version} could not be installed into node_modules/node: ` +
        `${`${setUp.stderr}${link.stderr}`.trim().split('\n').at(-1) || 'npm gave no reason'}. ` +
        'Connect to the internet and start again.',
    );
  }
}

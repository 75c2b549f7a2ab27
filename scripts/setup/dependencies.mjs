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
  // npm's own patience with a dead network is more than a minute.
  const patience = ['--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=8000'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=warn'];
  const { code, stderr } = await runNpm([
    'ci',
    '--ignore-scripts',
    '--prefer-offline',
    ...patience,
    ...quiet,
  ]);
  // A file that could not be unpacked is but a warning to npm, and it ends well all the same.
  if (code !== 0 || stderr.includes('TAR_ENTRY_ERROR'))
    throw explained('The dependencies could not be installed', stderr);
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
    throw explained(
      `Node ${version} could not be installed into node_modules/node`,
      setUp.stderr + link.stderr,
    );
  }
}

/**
 * One sentence for what npm wrote, where its reason is a known one; else npm's own words.
 * @param {string} what went wrong
 * @param {string} complaint npm's
 * @returns {Trouble}
 */
function explained(what, complaint) {
  if (/EUSAGE|can only install packages when/.test(complaint)) {
    return new Trouble(
      `${what}: package.json and package-lock.json do not agree. Run \`npm install\` and commit the lockfile.`,
    );
  }
  if (/ENOSPC/.test(complaint)) {
    return new Trouble(`${what}: the disk is full. Free about 1.5 GB and start again.`);
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(complaint)) {
    return new Trouble(
      `${what}: the npm registry could not be reached. Connect to the internet (or mend the proxy) and start again.`,
    );
  }
  return new Trouble(`${what}. npm said:\n${complaint.trim() || 'nothing'}`);
}

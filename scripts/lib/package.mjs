/** Making packages with electron-builder, without its downloads. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { cacheDir, inModules, projectNode, root } from './paths.mjs';
import { run, Trouble } from './process.mjs';

/** The file that says so inside a package that is not for people. */
export const TEST_MARK = 'FOR-TESTS-ONLY.txt';

/** Ending of the name of every package that is not for people. */
const TEST_SUFFIX = '-for-tests';

/**
 * What a package knows about its updates; it lies in the packed package.json, as `updates`.
 * @typedef {object} Updates
 * @property {string} feed where the manifests are, as a URL
 * @property {string} publicKey of the manifests' signatures: Ed25519, SPKI, DER, in base64
 * @property {boolean} [isForTests] allows plain HTTP on loopback; never in a release
 */

/**
 * @typedef {object} PackageOptions
 * @property {string} electronDir
 * @property {boolean} isForTests marks everything that is made, in its name and inside
 * @property {readonly string[]} targets of electron-builder: `dir`, `deb`, `tar.gz`, `AppImage`, `nsis`, `dmg`, `zip`
 * @property {string} output absolute folder; emptied first
 * @property {string} [version] another one than that of package.json
 * @property {Updates} [updates] a package without this does not update itself
 * @property {boolean} [quiet] show what electron-builder says only when it fails
 */

/**
 * Makes packages of what is in out/.
 * @param {PackageOptions} options
 * @returns {Promise<string[]>} absolute names of the files and unpacked folders that were made
 * @throws {Trouble} when electron-builder refuses
 */
export async function makePackages(options) {
  const { output, targets, quiet = false } = options;
  rmSync(output, { recursive: true, force: true });
  const scratch = path.join(cacheDir, 'package', path.basename(output));
  mkdirSync(scratch, { recursive: true });
  const config = path.join(scratch, 'electron-builder.json');
  writeFileSync(config, JSON.stringify(configuration(options, scratch), null, 2));
  const { code, stdout, stderr } = await run(
    projectNode,
    [
      inModules('electron-builder', 'cli.js'),
      systemFlag(),
      ...targets,
      '--publish=never',
      `--config=${path.relative(root, config)}`,
    ],
    { capture: quiet, env: environment() },
  );
  if (code !== 0) throw new Trouble(`electron-builder failed.\n${stdout}${stderr}`.trim());
  return readdirSync(output)
    .filter((name) => !name.startsWith('builder-') && !name.startsWith('.'))
    .map((name) => path.join(output, name));
}

/**
 * electron-builder.yml, and what differs between a release and a package for tests.
 * @param {PackageOptions} options
 * @param {string} scratch
 */
function configuration({ electronDir, isForTests, output, version, updates }, scratch) {
  const mark = path.join(scratch, TEST_MARK);
  writeFileSync(
    mark,
    'This package was made for tests. It must not be given to people: its Electron, its updates or both are not those ' +
      'of a release.\n',
  );
  const name = isForTests ? `\${name}-\${version}-\${os}-\${arch}${TEST_SUFFIX}.\${ext}` : undefined;
  return {
    extends: path.join(root, 'electron-builder.yml'),
    afterPack: path.join(root, 'scripts', 'lib', 'after-pack.mjs'),
    directories: { output },
    electronDist: electronDir,
    electronVersion: electronVersion(electronDir),
    extraMetadata: { ...(version ? { version } : {}), ...(updates ? { updates } : {}) },
    publish: updates ? { provider: 'generic', url: updates.feed } : null,
    ...(isForTests
      ? {
          // To compress takes minutes, and whoever tests has no use for it.
          compression: 'store',
          deb: { fpm: ['--deb-compression=none'] },
          artifactName: name,
          appImage: { artifactName: name },
          extraResources: [{ from: mark, to: TEST_MARK }],
        }
      : {}),
  };
}

/** @param {string} dir */
function electronVersion(dir) {
  return readFileSync(path.join(dir, 'version'), 'utf8').trim().replace(/^v/, '');
}

function systemFlag() {
  if (process.platform === 'darwin') return '--mac';
  return process.platform === 'win32' ? '--win' : '--linux';
}

/** With the programs that electron-builder would otherwise download. */
function environment() {
  const sevenZip = inModules('7zip-bin', 'linux', process.arch, '7za');
  if (process.platform !== 'linux' || !existsSync(sevenZip)) return process.env;
  if ((statSync(sevenZip).mode & 0o100) === 0) chmodSync(sevenZip, 0o755);
  return {
    ...process.env,
    ELECTRON_BUILDER_7ZIP_PATH: sevenZip,
    CUSTOM_FPM_PATH: path.join(root, 'scripts', 'make-deb.mjs'),
  };
}

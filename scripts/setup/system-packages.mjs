/**
 * What Electron and the tests need from a Linux system. On Debian and its kin the packages are known by name; elsewhere
 * the loader itself says which library it misses. macOS and Windows have all of it.
 */
import { spawnSync } from 'node:child_process';

import { run, say, Trouble, withSignOfLife } from '../lib/process.mjs';

/** Electron's libraries; the rest of what it loads comes along as their dependencies. */
const libraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libnotify4',
];
/** A virtual display, a picture of it, and the emoji that people write. */
const display = ['xvfb', 'imagemagick', 'fonts-noto-color-emoji'];
/** What the tests kill and record the engine with, at one system call after the other. */
const tracing = ['strace'];
/** The message bus over which a Linux desktop shows notifications and tray icons. */
const bus = ['dbus'];
/** What a platform runs the backend on. Tests start servers of their own, on other ports than the packages'. */
const servers = ['postgresql', 'redis-server'];
/** What the app's Debian package depends on beside the libraries, and what tells the names of its window. */
const packages = ['xdg-utils', 'x11-utils', 'xdotool'];

/**
 * Whether windows can be shown without a virtual display.
 * @returns {boolean}
 */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Whether this system's packages are Debian's.
 * @returns {boolean}
 */
export function canInstallPackages() {
  return process.platform === 'linux' && isDebian();
}

/**
 * Installs the missing Debian packages as root, or names them.
 * @param {import('../bootstrap.mjs').Needs} needs
 * @throws {Trouble} when packages are missing and cannot be installed from here
 */
export async function ensureSystemPackages(needs) {
  if (!canInstallPackages()) return;
  const wanted = [
    ...(needs.libraries ? libraries : []),
    ...(needs.display ? display : []),
    ...(needs.tracing ? tracing : []),
    ...(needs.bus ? bus : []),
    ...(needs.servers ? servers : []),
    ...(needs.packages ? packages : []),
  ];
  const missing = wanted.length > 0 ? notInstalled(wanted) : [];
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Trouble(
      `Some system packages are missing. Install them with this line, then start again:\n` +
        `  sudo apt-get install -y ${missing.map(nameHere).join(' ')}`,
    );
  }
  say(`System packages: installing ${missing.join(', ')} …`);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...missing.map(nameHere)]);
}

/**
 * Checks that every library the Electron binary is linked against is there.
 * @param {string} binary
 * @throws {Trouble} with the missing libraries' names
 */
export function checkLibraries(binary) {
  if (process.platform !== 'linux') return;
  const { stdout } = spawnSync('ldd', [binary], { encoding: 'utf8' });
  const missing = (stdout ?? '')
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
  if (missing.length > 0) {
    throw new Trouble(
      `Electron cannot start: this system lacks ${missing.join(', ')}. ` +
        'Install the packages that hold them with your package manager, then start again.',
    );
  }
}

function isDebian() {
  return spawnSync('dpkg-query', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * @param {readonly string[]} names
 * @returns {string[]} those that are installed under neither of their two names
 */
function notInstalled(names) {
  const asked = names.flatMap((name) => [name, `${name}t64`]);
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...asked], {
    encoding: 'utf8',
  });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/**
 * Debian 13 and Ubuntu 24.04 renamed libraries for 64-bit time: the new name where the system knows it.
 * @param {string} name
 * @returns {string}
 */
function nameHere(name) {
  return spawnSync('apt-cache', ['show', `${name}t64`], { stdio: 'ignore' }).status === 0
    ? `${name}t64`
    : name;
}

/** @param {readonly string[]} args */
async function apt(args) {
  const { code, stdout, stderr } = await withSignOfLife(
    run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      capture: true,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }),
  );
  if (code !== 0) {
    const reason = (stderr || stdout).trim().split('\n').at(-1);
    throw new Trouble(`apt-get ${args.join(' ')} failed: ${reason}`);
  }
}

/**
 * `npm run lockfile`, after a dependency was added or raised: names in package-lock.json the builds for other
 * systems that npm left out because its registry did not have them. `npm ci` of npm 11 refuses a lockfile with
 * such gaps, and that of npm 10 installs nothing for them. Their versions are the ones that their packages ask
 * for; an integrity is known only where the registry has the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { root } from './lib/paths.mjs';
import { main, say } from './lib/process.mjs';

/**
 * @typedef {{ version: string, dev?: boolean, optional?: boolean, optionalDependencies?: Record<string, string>,
 *   os?: string[], cpu?: string[], libc?: string[] }} Entry
 */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/**
 * The systems that a build is for, as its name tells: `@swc/core-linux-arm64-musl`.
 * @param {string} name
 * @returns {{ cpu: string[], os?: string[], libc?: string[] }}
 */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  if (cpu.length === 0) throw new Error(`The name ${name} does not tell what system it is for.`);
  const isLinux = os.includes('linux');
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGnu = words.some((word) => word.startsWith('gnu'));
  return {
    cpu,
    ...(os.length > 0 ? { os } : {}),
    ...(isLinux && (isMusl || isGnu) ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}),
  };
}

/**
 * Whether Node would find `name` from the package at `place`.
 * @param {Record<string, Entry>} packages
 * @param {string} place such as `node_modules/a/node_modules/b`
 * @param {string} name
 * @returns {boolean}
 */
function isNamed(packages, place, name) {
  if (packages[path.posix.join(place, 'node_modules', name)]) return true;
  if (place === '') return false;
  const above = place.lastIndexOf('/node_modules/');
  return isNamed(packages, above < 0 ? '' : place.slice(0, above), name);
}

await main(async () => {
  const file = path.join(root, 'package-lock.json');
  /** @type {{ packages: Record<string, Entry> }} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const { packages } = lock;
  let added = 0;
  for (const [place, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      // A range would need the registry's word on which version it means.
      if (!/^\d/.test(version) || isNamed(packages, place, name)) continue;
      const { cpu, libc, os } = platformOf(name);
      // In npm's own order of keys, so that npm leaves the entry as it is.
      packages[`node_modules/${name}`] = {
        version,
        cpu,
        ...(dev ? { dev } : {}),
        ...(libc ? { libc } : {}),
        optional: true,
        ...(os ? { os } : {}),
      };
      added += 1;
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(packages).toSorted(([left], [right]) => left.localeCompare(right, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  say(`package-lock.json: ${added} builds for other systems named.`);
  return 0;
});

#!/usr/bin/env node
/**
 * Stands in for `fpm`, with the arguments that electron-builder gives it for a Debian package, and makes the package with
 * `dpkg-deb`: fpm itself is a download from a host that is not always in reach. All files belong to root, and nobody
 * else may write to them.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { main, run, Trouble } from './lib/process.mjs';

/** The options that electron-builder uses; another one is refused, because it would change the package unnoticed. */
const options = /** @type {const} */ ({
  s: { type: 'string', short: 's' },
  t: { type: 'string', short: 't' },
  d: { type: 'string', short: 'd', multiple: true },
  force: { type: 'boolean' },
  'deb-recommends': { type: 'string', multiple: true },
  'deb-compression': { type: 'string' },
  'deb-priority': { type: 'string' },
  architecture: { type: 'string' },
  'after-install': { type: 'string' },
  'after-remove': { type: 'string' },
  description: { type: 'string' },
  version: { type: 'string' },
  package: { type: 'string' },
  name: { type: 'string' },
  maintainer: { type: 'string' },
  vendor: { type: 'string' },
  url: { type: 'string' },
  license: { type: 'string' },
});

const EXECUTABLE = 0o755;
const READABLE = 0o644;

await main(async () => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { package: target, version, name, architecture } = values;
  if (values.t !== 'deb' || !target || !version || !name || !architecture) {
    throw new Trouble(
      'This program makes Debian packages only, and needs a name, a version and an architecture.',
    );
  }
  const staging = mkdtempSync(path.join(path.dirname(target), '.deb-'));
  try {
    for (const entry of positionals) place(entry, staging);
    const kilobytes = settle(staging);
    const control = path.join(staging, 'DEBIAN');
    const sums = md5sums(staging);
    mkdirSync(control);
    writeFileSync(path.join(control, 'md5sums'), sums);
    writeFileSync(path.join(control, 'control'), controlFile(values, kilobytes));
    script(values['after-install'], path.join(control, 'postinst'));
    script(values['after-remove'], path.join(control, 'postrm'));
    chmodSync(staging, EXECUTABLE);
    const compression = values['deb-compression'] ?? 'xz';
    const { code, stderr } = await run(
      'dpkg-deb',
      ['--root-owner-group', `-Z${compression}`, '--build', staging, target],
      { capture: true },
    );
    if (code !== 0) throw new Trouble(`dpkg-deb refused: ${stderr.trim()}`);
    return 0;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
});

/**
 * Copies what one argument, `from=to`, names; a folder's content when `from` ends with a slash.
 * @param {string} entry
 * @param {string} staging
 */
function place(entry, staging) {
  const [from = '', to = ''] = entry.split('=', 2);
  const target = path.join(staging, to);
  mkdirSync(path.dirname(target), { recursive: true });
  if (from.endsWith('/')) cpSync(from, target, { recursive: true });
  else copyFileSync(from, target);
}

/**
 * Gives every file the rights that it needs and no more.
 * @param {string} dir
 * @returns {number} kilobytes that the files take, as Debian counts them
 */
function settle(dir) {
  let kilobytes = 1;
  for (const name of readdirSync(dir)) {
    const file = path.join(dir, name);
    const found = lstatSync(file);
    if (found.isDirectory()) {
      chmodSync(file, EXECUTABLE);
      kilobytes += settle(file);
    } else {
      chmodSync(file, found.mode & 0o100 ? EXECUTABLE : READABLE);
      kilobytes += Math.ceil(found.size / 1024);
    }
  }
  return kilobytes;
}

/**
 * Sums by which `dpkg --verify` finds changed files.
 * @param {string} staging
 * @returns {string}
 */
function md5sums(staging) {
  return readdirSync(staging, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${md5(file)}  ${path.relative(staging, file)}\n`)
    .join('');
}

/** @param {string} file */
function md5(file) {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}

/**
 * @param {Record<string, string | boolean | string[] | undefined>} values
 * @param {number} kilobytes
 * @returns {string}
 */
function controlFile(values, kilobytes) {
  const list = (/** @type {string} */ key) => [values[key] ?? []].flat().join(', ');
  const [synopsis = '', ...details] = String(values['description'] ?? '').split('\n');
  const fields = {
    Package: values['name'],
    Version: values['version'],
    Architecture: values['architecture'],
    Maintainer: values['maintainer'],
    'Installed-Size': kilobytes,
    Depends: list('d'),
    Recommends: list('deb-recommends'),
    Section: 'net',
    Priority: values['deb-priority'] ?? 'optional',
    Homepage: values['url'],
    Description: [synopsis, ...details.map((line) => ` ${line.trim()}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${String(value)}\n`)
    .join('');
}

/**
 * @param {string | undefined} from
 * @param {string} to
 */
function script(from, to) {
  if (!from) return;
  copyFileSync(from, to);
  chmodSync(to, EXECUTABLE);
}

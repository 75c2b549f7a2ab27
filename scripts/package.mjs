/**
 * `npm run package`: packages of the app into dist/. Without more words they are for tests, and say so. With `--release`
 * they are for people; that is refused where the Electron is not the pinned version's own build, and asks where updates
 * come from: `UPDATE_FEED_URL` and `UPDATE_PUBLIC_KEY`. Further words choose targets of electron-builder.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { bootstrap } from './bootstrap.mjs';
import { build, isBuilt } from './lib/build.mjs';
import { makePackages, TEST_MARK } from './lib/package.mjs';
import { root } from './lib/paths.mjs';
import { main, say, Trouble } from './lib/process.mjs';
import { isPinnedElectron } from './setup/electron.mjs';

/** What is made when nothing else is asked for. A test package is made of what every machine can make. */
const targetsOf = {
  darwin: { release: ['dmg', 'zip'], test: ['zip'] },
  linux: { release: ['AppImage', 'deb', 'tar.gz'], test: ['tar.gz', 'deb'] },
  win32: { release: ['nsis'], test: ['nsis'] },
};

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { release: { type: 'boolean' } },
    allowPositionals: true,
  });
  const isRelease = values.release ?? false;
  const { electronDir } = await bootstrap({ electron: true });
  if (isRelease && !isPinnedElectron(electronDir)) {
    throw new Trouble(
      `A release is made of the pinned Electron as its makers built it, and ${electronDir} is not that: ` +
        'package it where Electron can be downloaded.',
    );
  }
  const updates = isRelease ? releaseUpdates() : undefined;
  const system = Object.entries(targetsOf).find(([platform]) => platform === process.platform)?.[1];
  if (system === undefined) throw new Trouble(`There are no packages for ${process.platform}.`);
  if (!isBuilt()) await build({ quiet: true });
  const made = await makePackages({
    electronDir,
    isForTests: !isRelease,
    targets: positionals.length > 0 ? positionals : system[isRelease ? 'release' : 'test'],
    output: path.join(root, 'dist'),
    ...(updates ? { updates } : {}),
  });
  for (const file of made) say(`${path.relative(root, file)}  ${size(file)}`);
  if (!isRelease) {
    say(`These packages are for tests only: each has ${TEST_MARK} in its resources, and no updates.`);
  }
  return 0;
});

/**
 * Where the packages of a release find their updates, and whose signature they trust.
 * @returns {import('./lib/package.mjs').Updates}
 */
function releaseUpdates() {
  const { UPDATE_FEED_URL: feed = '', UPDATE_PUBLIC_KEY: publicKey = '' } = process.env;
  if (!URL.canParse(feed) || new URL(feed).protocol !== 'https:') {
    throw new Trouble(
      'UPDATE_FEED_URL must be the https address of the folder where releases are published.',
    );
  }
  if (Buffer.from(publicKey, 'base64').length === 0) {
    throw new Trouble(
      'UPDATE_PUBLIC_KEY must be the public key that node scripts/sign-feed.mjs --new-key printed.',
    );
  }
  return { feed, publicKey };
}

/** @param {string} file */
function size(file) {
  const found = statSync(file);
  return found.isDirectory() ? '(unpacked)' : `${(found.size / 1e6).toFixed(1)} MB`;
}

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyManifest } from '../../electron/updates/manifest.ts';
import { newSigningKey } from '../../scripts/lib/feed.mjs';
import { PROJECT_DIR } from '../harness/backend.ts';

describe('the commands that make a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-release-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    return spawnSync(process.execPath, [path.join(PROJECT_DIR, 'scripts', script), ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
  }

  it('package no Electron but the pinned one of its makers', () => {
    for (const name of ['electron', 'electron.exe']) {
      writeFileSync(path.join(folder, name), '');
      chmodSync(path.join(folder, name), 0o755);
    }
    const { status, stderr } = run('package.mjs', ['--release'], {
      ELECTRON_OVERRIDE_DIST_PATH: folder,
      UPDATE_FEED_URL: 'https://updates.test',
      UPDATE_PUBLIC_KEY: newSigningKey().publicKey,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('A release is made of the pinned Electron as its makers built it');
  });

  it('sign manifests with the key that the packages trust, and with no other', () => {
    const manifest = path.join(folder, 'latest-linux.yml');
    writeFileSync(manifest, 'version: 1.2.3\n');
    const printed = run('sign-feed.mjs', ['--new-key'], {}).stdout;
    const privateKey = /^UPDATE_SIGNING_KEY=(.+)$/m.exec(printed)?.[1] ?? '';
    const publicKey = /^UPDATE_PUBLIC_KEY=(.+)$/m.exec(printed)?.[1] ?? '';
    const other = newSigningKey().publicKey;
    const keys = { UPDATE_SIGNING_KEY: privateKey };
    expect(run('sign-feed.mjs', [folder], { ...keys, UPDATE_PUBLIC_KEY: other }).status).toBe(1);
    expect(run('sign-feed.mjs', [folder], { ...keys, UPDATE_PUBLIC_KEY: publicKey }).status).toBe(0);
    const signature = readFileSync(`${manifest}.sig`, 'utf8');
    verifyManifest(readFileSync(manifest, 'utf8'), signature, publicKey);
    expect(() => verifyManifest('version: 1.2.4\n', signature, publicKey)).toThrow();
  });
});

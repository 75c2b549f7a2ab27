import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAllowedUrl, readConfiguration } from '../../electron/updates/configuration.ts';
import { installDeb } from '../../electron/updates/deb-installer.ts';
import { readManifest, verifyManifest } from '../../electron/updates/manifest.ts';
import { packageKind } from '../../electron/updates/package-kind.ts';
import { problemOf, UpdateError } from '../../electron/updates/problems.ts';
import { createUpdates, type InstallOutcome, type UpdateSource } from '../../electron/updates/updates.ts';
import type { UpdateView } from '../../shared/updates.ts';
import { FakeClock } from '../engine/support/fake-clock.ts';

const HOUR_MS = 60 * 60 * 1_000;
const SHA512 = `${'A'.repeat(86)}==`;

/** Offers what the test says, and counts what it is asked. */
class ScriptedSource implements UpdateSource {
  readonly asked: string[] = [];
  version: string | null = null;
  trouble: Error | null = null;
  outcome: InstallOutcome = { isStarted: true };
  tellProgress: (percent: number) => void = () => {};
  /** Ends the download; without it a download is there at once. */
  arrival: Promise<void> = Promise.resolve();

  async find(): Promise<string | null> {
    this.asked.push('find');
    if (this.trouble !== null) throw this.trouble;
    return this.version;
  }

  async download(onProgress: (percent: number) => void): Promise<void> {
    this.asked.push('download');
    this.tellProgress = onProgress;
    await this.arrival;
  }

  async install(): Promise<InstallOutcome> {
    this.asked.push('install');
    if (this.trouble !== null) throw this.trouble;
    return this.outcome;
  }
}

describe('when updates are looked for', () => {
  let clock: FakeClock;
  let source: ScriptedSource;
  let views: UpdateView[];
  let isSending: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    source = new ScriptedSource();
    views = [];
    isSending = false;
  });

  function updates(random = 0) {
    return createUpdates({
      clock,
      random: () => random,
      openSource: async () => source,
      isSending: () => isSending,
      onChange: (view) => views.push(view),
      log: () => {},
    });
  }

  it('looks a minute after the start, then every six hours, each app a little later than the last', async () => {
    updates(0.5).start();
    await clock.advance(62_000);
    expect(source.asked).toEqual([]);
    await clock.advance(1_000);
    expect(source.asked).toEqual(['find']);
    await clock.advance(6 * HOUR_MS);
    expect(source.asked).toHaveLength(1);
    await clock.advance(0.3 * HOUR_MS);
    expect(source.asked).toHaveLength(2);
  });

  it('downloads by itself, tells how far it is, and asks no more once it is ready (L6)', async () => {
    source.version = '2.0.0';
    const arrival = Promise.withResolvers<void>();
    source.arrival = arrival.promise;
    const running = updates();
    running.start();
    await clock.advance(61_000);
    source.tellProgress(33.9);
    source.tellProgress(33.2);
    source.tellProgress(120);
    arrival.resolve();
    await clock.advance(100 * HOUR_MS);
    await running.check();
    expect(views).toEqual([
      { phase: 'checking' },
      { phase: 'downloading', version: '2.0.0', percent: 0 },
      { phase: 'downloading', version: '2.0.0', percent: 33 },
      { phase: 'downloading', version: '2.0.0', percent: 100 },
      { phase: 'ready', version: '2.0.0' },
    ]);
    expect(source.asked).toEqual(['find', 'download']);
  });

  it('does not look while messages are on their way, but does so for a person who asks (L4)', async () => {
    isSending = true;
    const running = updates();
    running.start();
    await clock.advance(10 * 60_000);
    expect(source.asked).toEqual([]);
    await running.check();
    expect(source.asked).toEqual(['find']);
    expect(running.view).toEqual({
      phase: 'idle',
      checkedAt: new Date(clock.now()).toISOString(),
      problem: null,
    });
  });

  it('says why a check failed, keeps the time of the last good one, and tries again in six hours', async () => {
    const running = updates();
    await running.check();
    const checkedAt = new Date(clock.now()).toISOString();
    source.trouble = new Error('net::ERR_INTERNET_DISCONNECTED');
    await clock.advance(6 * HOUR_MS);
    expect(running.view).toEqual({ phase: 'idle', checkedAt, problem: 'unreachable' });
    await clock.advance(6 * HOUR_MS);
    expect(source.asked).toHaveLength(3);
  });

  it('keeps what could not be installed, and says how a person can do it (L1)', async () => {
    source.version = '2.0.0';
    const running = updates();
    await running.check();
    source.outcome = { isStarted: false, command: 'sudo apt install x', folder: '/x' };
    await running.install();
    const manual = { phase: 'manual', version: '2.0.0', command: 'sudo apt install x', folder: '/x' };
    expect(running.view).toEqual(manual);
    await clock.advance(24 * HOUR_MS);
    expect(source.asked).toEqual(['find', 'download', 'install']);
    await running.install();
    expect(source.asked).toHaveLength(4);
  });

  it('fetches anew what was changed after it was verified', async () => {
    source.version = '2.0.0';
    const running = updates();
    await running.check();
    source.trouble = new UpdateError('damaged', 'changed');
    await running.install();
    expect(running.view).toMatchObject({ phase: 'idle', problem: 'damaged' });
    source.trouble = null;
    await clock.advance(61_000);
    expect(running.view).toEqual({ phase: 'ready', version: '2.0.0' });
  });

  it('does nothing in a copy that does not update itself', async () => {
    const off = createUpdates({
      clock,
      random: () => 0,
      openSource: null,
      isSending: () => false,
      onChange: (view) => views.push(view),
      log: () => {},
    });
    off.start();
    await off.check();
    await off.install();
    await clock.advance(24 * HOUR_MS);
    expect(off.view).toEqual({ phase: 'off' });
    expect(views).toEqual([]);
  });
});

describe('what a manifest must be', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const text = 'version: 2.0.0\n';
  const signature = sign(null, Buffer.from(text), privateKey).toString('base64');

  it('signed by the key that the app was packaged with, to the last byte (L8)', () => {
    verifyManifest(text, `${signature}\n`, key);
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsaKey = rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const rsaSignature = sign(null, Buffer.from(text), rsa.privateKey).toString('base64');
    for (const [what, sig, by] of [
      [`${text} `, signature, key],
      [text, sign(null, Buffer.from('version: 1.0.0\n'), privateKey).toString('base64'), key],
      [text, '', key],
      [text, 'not base64 at all', key],
      [text, signature, other.toString('base64')],
      [text, signature, ''],
      [text, rsaSignature, rsaKey],
    ] as const) {
      expect(() => verifyManifest(what, sig, by)).toThrow(UpdateError);
    }
  });

  it('of a release whose files lie beside it', () => {
    const file = { url: 'trainer-inbox_2.0.0.deb', sha512: SHA512, size: 1 };
    const good = {
      version: '2.0.0',
      files: [file],
      path: file.url,
      sha512: SHA512,
      releaseDate: '2026-11-23',
    };
    expect(readManifest(good)).toEqual(good);
    for (const spoiled of [
      null,
      'text',
      { ...good, version: 'newest' },
      { ...good, files: [] },
      { ...good, files: [{ ...file, sha512: undefined }] },
      ...[
        'http://elsewhere.test/x.deb',
        '//elsewhere.test/x.deb',
        '../x.deb',
        '/x.deb',
        '.x',
        'a/b.deb',
        'a b',
      ].map((url) => ({ ...good, files: [{ ...file, url }] })),
    ]) {
      expect(() => readManifest(spoiled)).toThrow(UpdateError);
    }
  });

  it('problems are sorted by what a person can do about them', () => {
    const coded = (code: string): Error => Object.assign(new Error('x'), { code });
    expect(problemOf(coded('ENOSPC'))).toBe('disk_full');
    expect(problemOf(coded('ERR_CHECKSUM_MISMATCH'))).toBe('damaged');
    expect(problemOf(coded('ERR_UPDATER_INVALID_UPDATE_INFO'))).toBe('untrusted');
    expect(problemOf(coded('HTTP_ERROR_404'))).toBe('unreachable');
    expect(problemOf(new Error('net::ERR_CONNECTION_REFUSED'))).toBe('unreachable');
    expect(problemOf(new UpdateError('untrusted', 'x'))).toBe('untrusted');
    expect(problemOf('a string')).toBe('failed');
  });
});

describe('how a copy of the app updates itself', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-updates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function configured(updates: unknown) {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ updates }));
    return readConfiguration(folder);
  }

  it('only from a feed that it was packaged with, by HTTPS; plain HTTP is for tests on this computer', () => {
    const secure = { feed: 'https://updates.test/app', publicKey: 'AAAA' };
    expect(configured(secure)).toEqual({ ...secure, isForTests: false });
    const local = { feed: 'http://127.0.0.1:8080/', publicKey: 'AAAA' };
    expect(configured(local)).toBeNull();
    expect(configured({ ...local, isForTests: true })).toEqual({ ...local, isForTests: true });
    expect(configured({ ...secure, feed: 'http://updates.test', isForTests: true })).toBeNull();
    expect(configured({ ...secure, feed: 'file:///tmp', isForTests: true })).toBeNull();
    expect(configured(undefined)).toBeNull();
    expect(readConfiguration(path.join(folder, 'absent'))).toBeNull();
    expect(isAllowedUrl('http://127.0.0.1/x', { isForTests: false })).toBe(false);
  });

  it('a deb by dpkg, an AppImage where it can be written, nothing else on Linux (L2)', () => {
    const linux = { platform: 'linux', resources: folder, appImage: undefined } as const;
    expect(packageKind(linux)).toBeNull();
    writeFileSync(path.join(folder, 'package-type'), 'deb\n');
    expect(packageKind(linux)).toBe('deb');
    expect(packageKind({ ...linux, appImage: path.join(folder, 'Inbox.AppImage') })).toBe('updater');
    expect(packageKind({ ...linux, appImage: path.join(folder, 'absent', 'Inbox.AppImage') })).toBeNull();
    expect(packageKind({ ...linux, platform: 'win32' })).toBe('updater');
  });

  it.runIf(process.platform === 'linux')(
    'tells the command for a package that the system does not take, and takes none that was changed',
    async () => {
      const dir = path.join(folder, "it's here");
      mkdirSync(dir);
      const file = path.join(dir, 'app.deb');
      writeFileSync(file, 'not a package');
      const sha512 = createHash('sha512').update('not a package').digest('base64');
      expect(await installDeb({ file, sha512 })).toEqual({
        isStarted: false,
        command: String.raw`sudo apt install '${dir.replace("'", String.raw`'\''`)}/app.deb'`,
        folder: dir,
      });
      await expect(installDeb({ file, sha512: SHA512 })).rejects.toThrow(UpdateError);
    },
  );
});

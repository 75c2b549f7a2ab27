/**
 * The Debian package itself: what is in it, that it starts and works, what its fuses shut, and how it becomes the next
 * version. As root it is installed into this system and removed again; otherwise it is unpacked into a folder.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSigningKey } from '../../scripts/lib/feed.mjs';
import { DESKTOP_ENTRY } from '../../electron/desktop/identity.ts';
import type { UpdateView } from '../../shared/updates.ts';
import { privateEnvironment } from '../harness/app.ts';
import { startBackend, type Backend } from '../harness/backend.ts';
import { openDisplay, type Display } from '../harness/display.ts';
import { freePort } from '../harness/free-port.ts';
import { PackagedApp } from '../harness/packaged-app.ts';
import { openSmallDisk, smallDiskKinds } from '../harness/small-disk.ts';
import { waitFor } from '../harness/wait.ts';
import { outboxOf, updatesOf, windowClass } from './asked.ts';
import { flipped, redirected, startFeedServer, truncated, type FeedServer } from './feed-server.ts';
import { install, type Installation } from './installation.ts';
import { makeDeb } from './make-deb.ts';
import { printedByStart } from './printed-by-start.ts';

const NOW = '1.0.0';
const NEXT = '1.1.0';
const PERSON = 'Maya Chen';
const INSTALL_MS = 60_000;

describe('the Debian package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-package-'));
  const home = path.join(folder, 'home');
  const cache = path.join(home, 'cache');
  const keys = newSigningKey();
  let feedPort: number;
  let display: Display;
  let backend: Backend;
  let feed: FeedServer;
  let installed: Installation;
  let nowDeb: string;
  let nextDeb: string;
  let app: PackagedApp;

  beforeAll(async () => {
    mkdirSync(home, { recursive: true });
    feedPort = await freePort();
    const updates = {
      feed: `http://127.0.0.1:${feedPort}/`,
      publicKey: keys.publicKey,
      isForTests: true,
    };
    nowDeb = await makeDeb(path.join(folder, NOW), NOW, updates);
    nextDeb = await makeDeb(path.join(folder, NEXT), NEXT, updates);
    [display, backend, feed] = await Promise.all([openDisplay(), startBackend(), startFeedServer(feedPort)]);
    installed = install(nowDeb);
    process.stdout.write(installed.isReal ? 'Installed by dpkg.\n' : `Unpacked into ${installed.root}.\n`);
    app = new PackagedApp({
      executable: installed.executable,
      display,
      home,
      // A name that leads nowhere but to this computer, so that a request to it would be seen.
      args: ['--host-resolver-rules=MAP updates.test 127.0.0.1'],
      env: { XDG_CACHE_HOME: cache },
    });
  }, 240_000);

  afterAll(async () => {
    await app?.dispose();
    await Promise.all([backend?.dispose(), feed?.close(), display?.close()]);
    installed?.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function file(name: string): string {
    return readFileSync(path.join(installed.root, name), 'utf8');
  }

  it('has one name for entry, icon, window and program, and never turns the sandbox off (B17, L9)', () => {
    const entry = new Map(
      file(`usr/share/applications/${DESKTOP_ENTRY}.desktop`)
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    );
    expect(Object.fromEntries(entry)).toMatchObject({
      Name: 'Trainer Inbox',
      Exec: '"/opt/Trainer Inbox/trainer-inbox" %U',
      Icon: DESKTOP_ENTRY,
      StartupWMClass: DESKTOP_ENTRY,
      MimeType: 'x-scheme-handler/trainer-inbox;',
    });
    for (const size of [16, 32, 48, 64, 128, 256, 512]) {
      const icon = `usr/share/icons/hicolor/${size}x${size}/apps/${DESKTOP_ENTRY}.png`;
      expect(existsSync(path.join(installed.root, icon)), icon).toBe(true);
    }
    expect(file('opt/Trainer Inbox/resources/apparmor-profile')).toContain(
      'profile "trainer-inbox" "/opt/Trainer Inbox/trainer-inbox" flags=(unconfined)',
    );
  });

  it('belongs to root alone, says that it is for tests, and carries no module twice', () => {
    const resources = path.join(installed.folder, 'resources');
    const listed = execFileSync('dpkg-deb', ['--contents', nowDeb], {
      encoding: 'utf8',
    });
    for (const line of listed.trim().split('\n'))
      expect(line).toMatch(/^[dl-]rw[x-]r-[x-]r-[x-] root\/root /);
    expect(readdirSync(resources)).toContain('FOR-TESTS-ONLY.txt');
    expect(readdirSync(resources)).not.toContain('default_app.asar');
    const archive = path.join(resources, 'app.asar');
    const modules = listPackage(archive, { isPack: false })
      .map((name) => /^\/node_modules\/((@[^/]+\/)?[^/]+)$/.exec(name)?.[1])
      .filter((name) => name !== undefined && name !== '@node-rs');
    expect(new Set(modules)).toEqual(
      new Set(['@node-rs/argon2', `@node-rs/argon2-linux-${process.arch}-gnu`, 'better-sqlite3']),
    );
    expect(JSON.parse(extractFile(archive, 'package.json').toString())).toMatchObject({
      version: NOW,
      desktopName: `${DESKTOP_ENTRY}.desktop`,
    });
  });

  it('has its fuses blown', async () => {
    const { version: _version, ...wire } = await getCurrentFuseWire(installed.executable);
    const on = new Set([
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ]);
    for (const fuse of [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]) {
      expect(wire[fuse], FuseV1Options[fuse]).toBe(on.has(fuse) ? FuseState.ENABLE : FuseState.DISABLE);
    }
  });

  it('starts, signs in, and keeps a message on its disk and on the server (DB8)', async () => {
    await app.start();
    await app.signIn(backend.url);
    await app.openThread(PERSON);
    await app.write(PERSON, 'From the package');
    await app.waitForDelivery(PERSON, 'From the package', 'Sent');
    await backend.stop();
    await app.write(PERSON, 'While away');
    expect(await outboxOf(app, PERSON)).toEqual(['While away']);
    expect(windowClass(display)).toContain(`"${DESKTOP_ENTRY}"`);
  });

  it('shows no file of the computer to its page', async () => {
    const before = app.page.url();
    const read = await app.page.evaluate(async () => {
      const answer = await fetch('file:///etc/hostname').catch(() => null);
      window.location.assign('file:///etc/hostname');
      return answer === null;
    });
    expect(read).toBe(true);
    expect(app.page.url()).toBe(before);
    await app.composer(PERSON).waitFor();
  });

  describe('refuses an update', () => {
    const small = { version: NEXT, file: 'small.deb', content: Buffer.alloc(1_000_000, 7) };

    async function refusal(): Promise<UpdateView> {
      await app.call('updates.check', {});
      return await waitFor('the end of the check', async () => {
        const view = await updatesOf(app);
        return view.phase === 'idle' || view.phase === 'ready' ? view : null;
      });
    }

    async function expectIntact(): Promise<void> {
      expect(await outboxOf(app, PERSON)).toEqual(['While away']);
      expect(await app.call('app.view', {})).toMatchObject({ value: { version: NOW } });
      if (installed.isReal) expect(installed.status()).toBe(`installed ${NOW}`);
    }

    const PACKAGE = small.file;

    it.each([
      [
        'without a signature',
        'untrusted',
        () => feed.answer('latest-linux.yml.sig', (to) => void to.writeHead(404).end()),
        [],
      ],
      ['signed by somebody else', 'untrusted', () => feed.publish(small, newSigningKey().privateKey), []],
      [
        'whose manifest was changed after it was signed',
        'untrusted',
        () => changeManifest('1.1.0', '9.9.9'),
        [],
      ],
      [
        'whose manifest names a place elsewhere',
        'untrusted',
        () => feed.publish({ ...small, file: 'http://updates.test/x.deb' }, keys.privateKey),
        [],
      ],
      ['that is older', null, () => feed.publish({ ...small, version: '0.9.0' }, keys.privateKey), []],
      ['with a flipped byte', 'damaged', () => feed.answer(PACKAGE, flipped(small.content)), [PACKAGE]],
      [
        'whose hash is another',
        'damaged',
        () => feed.publish({ ...small, sha512: `${'A'.repeat(86)}==` }, keys.privateKey),
        [PACKAGE],
      ],
      ['that ends too early', 'unreachable', () => feed.answer(PACKAGE, truncated(small.content)), [PACKAGE]],
      [
        'that is sent on to plain HTTP',
        'unreachable',
        () => feed.answer(PACKAGE, redirected(`http://updates.test:${feedPort}/over-http`)),
        [PACKAGE],
      ],
    ] as const)('%s', async (_what, problem, prepare, downloaded) => {
      feed.publish(small, keys.privateKey);
      prepare();
      expect(await refusal()).toMatchObject({ phase: 'idle', problem });
      expect(feed.asked.filter((name) => !name.startsWith('latest'))).toEqual(downloaded);
      await expectIntact();
    });

    // A disk of its own takes root to mount; a limit on the process would stop its databases as well.
    it.each(smallDiskKinds(cache).filter((kind) => kind === 'tmpfs'))(
      'for which there is no room on the disk (%s)',
      async (kind) => {
        rmSync(cache, { recursive: true, force: true });
        const disk = openSmallDisk(kind, cache, process.pid);
        try {
          disk.fill();
          feed.publish(small, keys.privateKey);
          expect(await refusal()).toMatchObject({ phase: 'idle', problem: 'disk_full' });
          await expectIntact();
        } finally {
          disk.close();
        }
      },
    );

    it('that the system does not install: keeps the verified file, and shows the command (L1)', async () => {
      feed.publish(small, keys.privateKey);
      expect(await refusal()).toEqual({ phase: 'ready', version: NEXT });
      await app.call('updates.install', {});
      const view = await waitFor('the installation to fail', async () => {
        const now = await updatesOf(app);
        return now.phase === 'manual' ? now : null;
      });
      expect(view.command).toBe(`sudo apt install '${path.join(view.folder, PACKAGE)}'`);
      expect(readFileSync(path.join(view.folder, PACKAGE)).equals(small.content)).toBe(true);
      await expectIntact();
      await app.railLink('Settings').click();
      await app.page.getByText(view.command).waitFor();
    });

    function changeManifest(from: string, to: string): void {
      const changed = feed.content('latest-linux.yml').toString().replaceAll(from, to);
      feed.answer('latest-linux.yml', (response) => void response.writeHead(200).end(changed));
    }
  });

  it('becomes the next version by itself, and sends what was waiting (L3, L5)', async () => {
    await app.quit();
    await backend.start();
    await app.start();
    // There is no keyring on a virtual display, so every start asks who it is.
    await app.signIn(backend.url);
    await app.openThread(PERSON);
    await app.waitForDelivery(PERSON, 'While away', 'Sent');
    await backend.stop();
    await app.write(PERSON, 'Over the update');
    feed.publish({ version: NEXT, file: 'next.deb', content: readFileSync(nextDeb) }, keys.privateKey);
    await app.railLink('Settings').click();
    await app.page.getByRole('button', { name: 'Check now' }).click();
    const restart = app.page.getByRole('main').getByRole('button', { name: 'Restart to update' });
    await restart.waitFor({ timeout: INSTALL_MS });
    await app.page.screenshot({ path: path.join('test-results', 'update-ready.png') });
    await restart.click();
    if (!installed.isReal) {
      await waitFor(
        'the installation to be left to the person',
        async () => (await updatesOf(app)).phase === 'manual',
      );
      return;
    }
    await app.ended(INSTALL_MS);
    await app.attach();
    expect(await app.call('app.view', {})).toMatchObject({
      value: { version: NEXT, signIn: { unsentCount: 1 } },
    });
    expect(installed.status()).toBe(`installed ${NEXT}`);
    await backend.start();
    await app.signIn(backend.url);
    await app.openThread(PERSON);
    await app.waitForDelivery(PERSON, 'Over the update', 'Sent');
    await app.quit();
  }, 120_000);

  describe('cannot be turned into another program', () => {
    const proof = path.join(folder, 'proof');
    const evil = path.join(folder, 'evil.cjs');

    beforeAll(() => {
      writeFileSync(evil, `require('fs').writeFileSync(${JSON.stringify(proof)}, '')`);
    });

    function startOf(executable: string, args: readonly string[], env: Record<string, string>) {
      const profile = mkdtempSync(path.join(folder, 'profile-'));
      return printedByStart(executable, [...args, `--user-data-dir=${profile}`], {
        ...privateEnvironment(home, display),
        ...env,
      });
    }

    it('not as Node, not by a module of somebody else, not by a debugger', async () => {
      const asNode = await startOf(installed.executable, [evil], { ELECTRON_RUN_AS_NODE: '1' });
      expect(asNode).toContain('sign-in painted');
      const asDebugged = await startOf(installed.executable, ['--inspect=0', '--inspect-brk=0'], {
        NODE_OPTIONS: `--require=${evil}`,
      });
      expect(asDebugged).toContain('sign-in painted');
      expect(asDebugged).not.toContain('Debugger listening');
      expect(existsSync(proof)).toBe(false);
    });

    it('not by a folder beside its archive, nor in the place of it', async () => {
      const copy = path.join(folder, 'copy');
      cpSync(installed.folder, copy, { recursive: true });
      const loose = path.join(copy, 'resources', 'app');
      mkdirSync(loose);
      cpSync(evil, path.join(loose, 'index.js'));
      const executable = path.join(copy, 'trainer-inbox');
      expect(await startOf(executable, [], {})).toContain('sign-in painted');
      renameSync(path.join(copy, 'resources', 'app.asar'), path.join(copy, 'gone.asar'));
      expect(await startOf(executable, [], {})).not.toContain('painted');
      expect(existsSync(proof)).toBe(false);
    });
  });

  it('leaves nothing behind but the person’s own files', () => {
    installed.remove();
    expect(existsSync(app.profile)).toBe(true);
    expect(existsSync(installed.folder)).toBe(false);
    if (!installed.isReal) return;
    expect(installed.status()).toBeNull();
    for (const name of [
      'opt/Trainer Inbox',
      `usr/share/applications/${DESKTOP_ENTRY}.desktop`,
      'usr/bin/trainer-inbox',
      'etc/apparmor.d/trainer-inbox',
    ]) {
      expect(existsSync(path.join('/', name)), name).toBe(false);
    }
  });
});

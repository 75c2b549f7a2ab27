/** What Electron's security checklist asks for, looked at in the running app (docs/security.md). */
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { PROJECT_DIR } from '../harness/backend.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';

/** The policy as it was decided, so that a change of the app's own constant is noticed. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'";
const FOREIGN = 'https://example.com/';

/** Everything that a page can ask the permissions API about. */
const PERMISSIONS = [
  ...['accelerometer', 'ambient-light-sensor', 'background-fetch', 'background-sync', 'camera'],
  ...['clipboard-read', 'clipboard-write', 'display-capture', 'fullscreen', 'geolocation', 'gyroscope'],
  ...['idle-detection', 'keyboard-lock', 'local-fonts', 'magnetometer', 'microphone', 'midi'],
  ...['notifications', 'payment-handler', 'periodic-background-sync', 'persistent-storage', 'pointer-lock'],
  ...['screen-wake-lock', 'speaker-selection', 'storage-access', 'top-level-storage-access'],
  ...['window-management'],
];

describe('the hardened app', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    const backend = await parts.backend();
    app = await parts.app();
    await app.signIn(backend.url);
  });
  beforeEach(() => pictureOnFailure(app));

  /** The app has its one window, and that shows the inbox. */
  async function expectOnePage(): Promise<void> {
    const addresses = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((each) => each.getURL()),
    );
    expect(addresses).toEqual(['app://inbox/index.html']);
    expect(await app.conversationList().isVisible()).toBe(true);
  }

  /** Runs a script in the page as if the person had just clicked, which much of the web platform asks for. */
  function byGesture(script: string): Promise<unknown> {
    return app.electron.evaluate(
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code, true) as Promise<unknown>,
      script,
    );
  }

  /** For tests that break the policy on purpose. */
  async function forgiveViolations(): Promise<readonly string[]> {
    // What the page told before it answers this is here as well.
    await app.page.evaluate(() => 0);
    return app.takePolicyViolations();
  }

  it('gives every page a sandbox of its own, and none of them Node (G10)', async () => {
    const found = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((each) => {
        // Electron has it and does not declare it.
        const read: unknown = Reflect.get(each, 'getLastWebPreferences');
        return typeof read === 'function' ? (Reflect.apply(read, each, []) as unknown) : null;
      }),
    );
    expect(found).toHaveLength(1);
    for (const preferences of z.array(z.record(z.string(), z.unknown())).parse(found)) {
      expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, webSecurity: true });
      for (const name of [
        ...['nodeIntegration', 'nodeIntegrationInSubFrames', 'nodeIntegrationInWorker', 'webviewTag'],
        ...['allowRunningInsecureContent', 'experimentalFeatures', 'navigateOnDragDrop'],
      ]) {
        expect(preferences[name] ?? false, name).toBe(false);
      }
      expect(preferences['enableBlinkFeatures'] ?? '').toBe('');
    }
  });

  it('shows the page nothing of Node or Electron but two functions', async () => {
    const seen = await app.page.evaluate(() => {
      const bridge: unknown = Reflect.get(window, 'trainerInbox');
      const names = ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'electron', '__dirname'];
      return {
        leaked: names.filter((name) => name in window),
        bridge: Object.keys(bridge as object).toSorted(),
        isReplaceable: Reflect.set(window, 'trainerInbox', null),
      };
    });
    expect(seen).toEqual({ leaked: [], bridge: ['invoke', 'subscribe'], isReplaceable: false });
  });

  it('sends every answer under the policy, also the one that something is missing', async () => {
    const answers = await app.electron.evaluate(
      ({ session }) =>
        Promise.all(
          ['index.html', 'missing.html', '..%2f..%2fpackage.json'].map(async (name) => {
            const answer = await session.defaultSession.fetch(`app://inbox/${name}`);
            return [
              answer.status,
              answer.headers.get('content-security-policy'),
              answer.headers.get('access-control-allow-origin'),
            ];
          }),
        ) as Promise<unknown>,
    );
    expect(answers).toEqual([
      [200, POLICY, null],
      [404, POLICY, null],
      [404, POLICY, null],
    ]);
  });

  it('enforces the policy against everything that it forbids', async () => {
    await app.page.evaluate(() => {
      const violations = new Set<string>();
      Reflect.set(window, 'violations', violations);
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        violations.add(effectiveDirective);
      });
    });
    const attempts = await app.page.evaluate(async (address) => {
      const add = (tag: string, name: string, value: string): void => {
        const element = document.createElement(tag);
        element.setAttribute(name, value);
        document.body.append(element);
      };
      const isRefused = (attempt: () => unknown): boolean => {
        try {
          attempt();
          return false;
        } catch {
          return true;
        }
      };
      add('img', 'src', `${address}a.png`);
      add('iframe', 'src', address);
      add('style', 'nonce', '');
      document.querySelector('style[nonce]')?.append('body { display: none }');
      add('p', 'style', 'color: red');
      add('base', 'href', address);
      add('video', 'src', `${address}a.mp4`);
      const form = document.createElement('form');
      form.action = address;
      document.body.append(form);
      form.submit();
      const run = 'window.isOwned = true';
      return {
        handler: isRefused(() => document.body.setAttribute('onclick', run)),
        markup: isRefused(() => (document.createElement('p').innerHTML = '<b>x</b>')),
        script: isRefused(() => (document.createElement('script').src = 'data:,1')),
        object: isRefused(() => document.createElement('object').setAttribute('data', address)),
        worker: isRefused(() => new Worker('data:text/javascript,1')),
        request: await fetch(address).then(
          () => false,
          () => true,
        ),
      };
    }, FOREIGN);
    expect(Object.entries(attempts).filter(([, isRefused]) => !isRefused)).toEqual([]);
    // What Playwright evaluates may use eval in spite of the policy; what the app's own page runs may not.
    for (const code of ["eval('window.isOwned = true')", "new Function('window.isOwned = true')()"]) {
      expect(await byGesture(`(() => { try { ${code} } catch ({ name }) { return name; } })()`), code).toBe(
        'EvalError',
      );
    }
    await byGesture("try { Reflect.apply(setTimeout, window, ['window.isOwned = true']) } catch {}");
    const seen = () => app.page.evaluate(() => [...(Reflect.get(window, 'violations') as Set<string>)]);
    await eventually(seen).toEqual(
      expect.arrayContaining([
        ...['base-uri', 'connect-src', 'form-action', 'frame-src', 'img-src', 'media-src'],
        ...['require-trusted-types-for', 'style-src-attr', 'style-src-elem'],
      ]),
    );
    expect(await app.page.evaluate(() => 'isOwned' in window)).toBe(false);
    // The harness, which fails every test that leaves a violation behind, has seen them as well.
    expect((await forgiveViolations()).length).toBeGreaterThan(8);
    await app.page.reload();
    await app.conversationList().waitFor();
    await expectOnePage();
  });

  it.each(PERMISSIONS)('grants no permission: %s', async (name) => {
    const state = await byGesture(
      `navigator.permissions.query({ name: ${JSON.stringify(name)} }).then(({ state }) => state, ({ name }) => name)`,
    );
    // A name that this Chromium does not know is a TypeError.
    expect(['denied', 'TypeError']).toContain(state);
  });

  it.each([
    ['a camera', 'navigator.mediaDevices.getUserMedia({ video: true })'],
    ['a microphone', 'navigator.mediaDevices.getUserMedia({ audio: true })'],
    ['the screen', 'navigator.mediaDevices.getDisplayMedia()'],
    ['the place', 'new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed))'],
    ['the clipboard', 'navigator.clipboard.readText()'],
    ['MIDI', 'navigator.requestMIDIAccess({ sysex: true })'],
    ['the pointer', 'document.body.requestPointerLock()'],
    ['the keyboard', 'navigator.keyboard.lock()'],
    ['a wake lock', "navigator.wakeLock.request('screen')"],
    ['idleness', "IdleDetector.requestPermission().then((state) => state === 'denied' && Promise.reject())"],
    ['fonts', 'queryLocalFonts().then((fonts) => fonts.length === 0 && Promise.reject())'],
    ['screens', 'getScreenDetails()'],
    ['a USB device', 'navigator.usb.requestDevice({ filters: [] })'],
    ['a serial port', 'navigator.serial.requestPort()'],
    [
      'a HID device',
      'navigator.hid.requestDevice({ filters: [] }).then(([first]) => first ?? Promise.reject())',
    ],
    ['a Bluetooth device', 'navigator.bluetooth.requestDevice({ acceptAllDevices: true })'],
    ['a service worker', "navigator.serviceWorker.register('app://inbox/worker.js')"],
    [
      'notifications',
      "Notification.requestPermission().then((state) => state === 'denied' && Promise.reject())",
    ],
  ])('hands the page nothing when it asks for %s', async (_what, script) => {
    // What does not exist here hands out nothing, either.
    const guarded = `(async () => { await (${script}); return 'granted'; })().catch(() => 'refused')`;
    expect(await byGesture(guarded)).toBe('refused');
    expect(await byGesture('document.pointerLockElement')).toBeNull();
    await forgiveViolations();
  });

  it.each([
    ['an address of its own accord', `location.href = '${FOREIGN}'`],
    ['another of its scheme', "location.href = 'app://elsewhere/index.html'"],
    ['another file of its own', "location.href = 'app://inbox/package.json'"],
    ['a file', "location.href = 'file:///etc/passwd'"],
    ['a data address', "location.href = 'data:text/html,<h1>hello</h1>'"],
    ['a script', "location.href = 'javascript:document.body.remove()'"],
    ['another program', "location.href = 'mailto:somebody@example.com'"],
    ['a replacement', `location.replace('${FOREIGN}')`],
    [
      'a refresh',
      `(() => { const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url=${FOREIGN}'; document.head.append(meta); })()`,
    ],
    [
      'a link',
      `(() => { const a = document.createElement('a'); a.href = '${FOREIGN}'; document.body.append(a); a.click(); a.remove(); })()`,
    ],
    [
      'a link to a new window',
      `(() => { const a = document.createElement('a'); a.href = '${FOREIGN}'; a.target = '_blank'; document.body.append(a); a.click(); a.remove(); })()`,
    ],
    [
      'a download',
      `(() => { const a = document.createElement('a'); a.href = 'app://inbox/index.html'; a.download = 'x'; document.body.append(a); a.click(); a.remove(); })()`,
    ],
    ['a window', `window.open('${FOREIGN}')`],
    ['a blank window', "window.open('about:blank')"],
    ['a window of its own page', "window.open('app://inbox/index.html')"],
    [
      'a webview',
      `(() => { const view = document.createElement('webview'); view.setAttribute('src', '${FOREIGN}'); document.body.append(view); view.remove(); })()`,
    ],
  ])('stays where it is when the page tries %s (G7)', async (_what, script) => {
    await byGesture(`window.isSamePage = true; ${script}; 0`);
    // Navigations begin in the browser process: this is answered after it has decided.
    await eventually(() => byGesture('window.isSamePage === true && document.readyState')).toBe('complete');
    await expectOnePage();
    await forgiveViolations();
  });

  it.each([
    ['a file', { files: ['/etc/hostname'], items: [] }],
    ['an address', { files: [], items: [{ mimeType: 'text/uri-list', data: FOREIGN }] }],
    ['a page', { files: [], items: [{ mimeType: 'text/html', data: '<img src=x onerror=alert(1)>' }] }],
  ])('stays where it is when %s is dropped onto it (G7)', async (_what, data) => {
    const session = await app.electron.context().newCDPSession(app.page);
    await app.page.evaluate(() => Reflect.set(window, 'isSamePage', true));
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', {
        type,
        x: 600,
        y: 400,
        data: { ...data, items: [...data.items], files: [...data.files], dragOperationsMask: 1 },
      });
    }
    expect(await app.page.evaluate(() => Reflect.get(window, 'isSamePage') as unknown)).toBe(true);
    await expectOnePage();
    await session.detach();
  });

  it('answers its own page only: a second window with the same bridge is refused (G10)', async () => {
    const preload = path.join(PROJECT_DIR, 'out/preload/preload.cjs');
    const answers = await app.electron.evaluate(async ({ BrowserWindow }, bridge) => {
      const ask = "window.trainerInbox.invoke('conversations.list', {})";
      const found: unknown[] = [];
      for (const page of ['app://inbox/index.html', 'data:text/html,hello']) {
        const other = new BrowserWindow({ show: false, webPreferences: { preload: bridge, sandbox: true } });
        try {
          await other.loadURL(page);
          found.push(await other.webContents.executeJavaScript(ask));
        } finally {
          other.destroy();
        }
      }
      return found;
    }, preload);
    expect(answers).toEqual([
      { ok: false, error: { code: 'forbidden' } },
      { ok: false, error: { code: 'forbidden' } },
    ]);
  });

  it('confines whatever else would ever be opened: a page in another session has the same walls', async () => {
    const outcome = await app.electron.evaluate(async ({ BrowserWindow, session }) => {
      const other = new BrowserWindow({
        show: false,
        webPreferences: { session: session.fromPartition('other'), sandbox: true },
      });
      try {
        await other.loadURL('data:text/html,<title>other</title>');
        const script = `(async () => [
          window.open('about:blank') === null,
          await Notification.requestPermission(),
          await fetch('https://example.com/').then(() => 'answered', () => 'failed'),
        ])()`;
        return (await other.webContents.executeJavaScript(script, true)) as unknown;
      } finally {
        other.destroy();
      }
    });
    expect(outcome).toEqual([true, 'denied', 'failed']);
  });
});

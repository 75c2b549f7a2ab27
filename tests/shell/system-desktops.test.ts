/**
 * What macOS and Windows are asked for. Electron stands in as a record of what it was told: these systems are not
 * here, and what they make of it is not shown by these tests.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createOverlayBadge } from '../../electron/desktop/badge.ts';
import {
  type Activation,
  createSystemNotifier,
} from '../../electron/desktop/notifications/system-notifier.ts';
import { createPlatform, type Platform } from '../../electron/desktop/platform.ts';
import { HIDDEN_SWITCH } from '../../electron/desktop/start-at-login.ts';
import { loadTrayImages } from '../../electron/desktop/tray-images.ts';
import { cellOf } from '../../electron/desktop/tray-sheet.ts';
import { createWords } from '../../shared/words/words.ts';
import { PROJECT_DIR } from '../harness/backend.ts';

/** Everything that Electron was asked for, in order. */
const asked = vi.hoisted(() => [] as unknown[][]);

vi.mock('electron', () => {
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void asked.push([name, ...args]);
  const image = (file: string, cell?: { readonly x: number; readonly y: number }) => ({
    file,
    cell,
    isTemplate: false,
    setTemplateImage(isTemplate: boolean) {
      this.isTemplate = isTemplate;
    },
    crop: (part: { readonly x: number; readonly y: number }) => image(file, part),
    resize: () => image(file, cell),
  });
  class Notification {
    static handleActivation = note('handleActivation');
    readonly on = () => this;
    constructor(options: unknown) {
      asked.push(['notification', options]);
    }
    show = note('show');
    close = note('close');
  }
  return {
    app: { setBadgeCount: note('setBadgeCount'), setLoginItemSettings: note('setLoginItemSettings') },
    Notification,
    nativeImage: { createFromPath: (file: string) => image(path.basename(file)) },
  };
});

function platformOf(system: 'darwin' | 'win32'): Platform {
  return createPlatform({
    platform: system,
    images: loadTrayImages('tray', system),
    words: () => createWords('en'),
    icon: 'icon.png',
    log: () => {},
  });
}

beforeEach(() => {
  asked.length = 0;
});

describe.each(['darwin', 'win32'] as const)('on %s', (system) => {
  it('there is always a tray, and starting at login is the system’s own setting', () => {
    const platform = platformOf(system);
    const told: boolean[] = [];
    platform.watchTray((hasTray) => void told.push(hasTray));
    platform.setStartAtLogin(true);
    platform.setStartAtLogin(false);
    expect(told).toEqual([true]);
    expect(asked).toEqual(
      [true, false].map((openAtLogin) => ['setLoginItemSettings', { openAtLogin, args: [HIDDEN_SWITCH] }]),
    );
  });

  it('a notification can be answered in itself, and what earlier ones lead to is heard where that exists', async () => {
    const notifier = platformOf(system).createNotifier({ onClick: () => {}, onReply: () => {} });
    void notifier.show({ key: 'peer:4', title: 'Maya', body: 'Hi', isSilent: true, canReply: true });
    expect(asked[0]).toMatchObject([
      'notification',
      { title: 'Maya', body: 'Hi', silent: true, hasReply: true, replyPlaceholder: 'Reply' },
    ]);
    const calls = () => asked.map(([name]) => name);
    expect(calls()).not.toContain('handleActivation');
    await new Promise((resolve) => void setImmediate(resolve));
    expect(calls().includes('handleActivation')).toBe(system === 'win32');
  });
});

describe('the count', () => {
  it('stands on the dock of a Mac, whose menu bar gets one image without colours', () => {
    platformOf('darwin').badge(3);
    expect(asked).toEqual([['setBadgeCount', 3]]);
    const images = loadTrayImages('tray', 'darwin');
    expect(images.tray(3)).toMatchObject({ file: 'template.png', isTemplate: true });
    expect(images.tray(0)).toBe(images.tray(3));
  });

  it('stands over the taskbar’s button on Windows, again each time that the window shows (B8)', () => {
    const window = Object.assign(new EventEmitter(), {
      isDestroyed: () => false,
      setOverlayIcon: (icon: unknown, description: string) => void asked.push([icon, description]),
    });
    const images = loadTrayImages('tray', 'win32');
    const overlay = createOverlayBadge({ image: images.overlay, description: (count) => `${count} unread` });
    overlay.attach(window);
    overlay.show(3);
    for (const event of ['show', 'restore', 'focus']) window.emit(event);
    overlay.show(0);
    const three = [expect.objectContaining({ cell: cellOf(3) }), '3 unread'];
    expect(asked).toEqual([[null, ''], three, three, three, three, [null, '']]);
  });

  it('is left alone on a window that is gone', () => {
    const overlay = createOverlayBadge({
      image: loadTrayImages('tray', 'win32').overlay,
      description: String,
    });
    overlay.attach({
      isDestroyed: () => true,
      on: () => {},
      setOverlayIcon: () => expect.unreachable(),
    });
    overlay.show(3);
  });

  it.each([
    [-1, 0, 0],
    [0, 0, 0],
    [1, 1, 0],
    [10, 0, 1],
    [99, 9, 9],
    [100, 0, 10],
    [5_000, 0, 10],
  ])(
    '%i has the image in column %i, row %i: none, its own up to 99, one for all above (B9)',
    (count, x, y) => {
      expect(cellOf(count)).toEqual({ x: x * 64, y: y * 64, width: 64, height: 64 });
    },
  );
});

describe('who the app is to Windows (C15)', () => {
  it('is said before the app is ready, as notifications and taskbar go by it', () => {
    const main = readFileSync(path.join(PROJECT_DIR, 'electron/main.ts'), 'utf8');
    const said = main.indexOf('app.setAppUserModelId(APP_ID)');
    expect(said).toBeGreaterThan(0);
    expect(said).toBeLessThan(main.search(/app\s*\.whenReady\(\)/));
  });
});

describe('notifications of macOS and Windows', () => {
  class FakeNotification {
    readonly listeners = new Map<string, (event: unknown, reply: string) => void>();
    isOpen = false;
    on(event: string, listener: (event: unknown, reply: string) => void): void {
      this.listeners.set(event, listener);
    }
    show(): void {
      this.isOpen = true;
      this.listeners.get('show')?.(null, '');
    }
    close(): void {
      this.isOpen = false;
    }
  }

  function started() {
    const made: FakeNotification[] = [];
    const heard: string[] = [];
    let activate: (activation: Activation) => void = () => {};
    const notifier = createSystemNotifier({
      create: () => {
        const notification = new FakeNotification();
        made.push(notification);
        return notification;
      },
      onActivation: (tell) => {
        activate = tell;
      },
      replyLabel: () => 'Reply',
      onClick: (key) => void heard.push(`click ${key}`),
      onReply: (key, text) => void heard.push(`reply ${key} ${text}`),
    });
    const show = (key: string) =>
      notifier.show({ key, title: 'T', body: 'B', isSilent: false, canReply: true });
    return { made, heard, notifier, show, activate: (of: Activation) => activate(of) };
  }

  it('lead back to their conversation, also after the system put them away', async () => {
    const { made, heard, show } = started();
    expect(await show('peer:1')).toBe(true);
    made[0]?.listeners.get('close')?.(null, '');
    made[0]?.listeners.get('click')?.(null, '');
    made[0]?.listeners.get('reply')?.(null, 'On my way');
    expect(heard).toEqual(['click peer:1', 'reply peer:1 On my way']);
  });

  it('are one for each conversation, and fifty at most', async () => {
    const { made, notifier, show } = started();
    await show('peer:1');
    await show('peer:1');
    expect(made.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    for (let peer = 2; peer <= 51; peer += 1) await show(`peer:${peer}`);
    expect(made.filter(({ isOpen }) => isOpen)).toHaveLength(50);
    expect(made[1]?.isOpen).toBe(false);
    await notifier.withdrawAll();
    expect(made.some(({ isOpen }) => isOpen)).toBe(false);
  });

  it('of an earlier start lead on as well, and what is kept is not heard twice (C15)', async () => {
    const { heard, show, activate } = started();
    activate({ type: 'click', arguments: 'type=click&tag=peer%3A7' });
    activate({ type: 'reply', arguments: 'type=reply&tag=peer%3A7', reply: 'On my way' });
    activate({ type: 'click', arguments: 'type=click&tag=summary' });
    expect(heard).toEqual(['click peer:7', 'reply peer:7 On my way', 'click summary']);
    await show('peer:7');
    activate({ type: 'reply', arguments: 'type=reply&tag=peer:7', reply: 'Twice' });
    expect(heard).toHaveLength(3);
  });

  it('are held until they are withdrawn: one that is collected as garbage leads nowhere (C3)', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('This Node cannot collect garbage on demand.');
    const { made, notifier, show } = started();
    await show('peer:1');
    await show('peer:2');
    const [first, second] = made.splice(0).map((each) => new WeakRef(each));
    notifier.withdraw('peer:2');
    await vi.waitFor(() => {
      collect();
      // The error of a failed comparison would hold it.
      expect(second?.deref() === undefined).toBe(true);
    });
    expect(first?.deref()?.isOpen).toBe(true);
  });
});

/** What the desktop's parts decide, without a desktop. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeAction, type CloseSituation } from '../../electron/desktop/close-policy.ts';
import { conversationInArguments, linkedConversation } from '../../electron/desktop/deep-links.ts';
import { APP_ID, DESKTOP_ENTRY } from '../../electron/desktop/identity.ts';
import { pauseEnd } from '../../electron/desktop/pause.ts';
import { setAutostartFile } from '../../electron/desktop/start-at-login.ts';
import { fittingBounds } from '../../electron/desktop/window-state.ts';
import { PROJECT_DIR } from '../harness/backend.ts';

describe('the close button', () => {
  const usual: CloseSituation = {
    platform: 'linux',
    isQuitting: false,
    isSignedIn: true,
    closesToTray: true,
    hasTray: true,
    knowsTray: true,
  };

  it.each([
    ['hides the window in the tray', {}, 'hide'],
    ['explains that first, once', { knowsTray: false }, 'introduce'],
    ['minimises where no tray could bring the window back', { hasTray: false }, 'minimise'],
    ['ends the app when it shall not stay', { closesToTray: false }, 'close'],
    ['ends the app when nobody is signed in', { isSignedIn: false }, 'close'],
    ['never stands in the way of quitting', { isQuitting: true }, 'close'],
    ['leaves the app in the dock on a Mac', { platform: 'darwin', closesToTray: false }, 'hide'],
    ['lets a Mac shut down', { platform: 'darwin', isQuitting: true }, 'close'],
  ] as const)('%s', (_what, some, expected) => {
    expect(closeAction({ ...usual, ...some })).toBe(expected);
  });
});

describe('where the window opens', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 };
  const left = { x: -1280, y: 100, width: 1280, height: 1024 };
  const centred = (width: number, height: number) => ({
    x: Math.round((main.width - width) / 2),
    y: Math.round((main.height - height) / 2),
    width,
    height,
  });

  it.each([
    ['where it was', { x: 30, y: 40, width: 900, height: 700 }, [main], 'same'],
    ['on the other display', { x: -1200, y: 120, width: 900, height: 700 }, [main, left], 'same'],
    [
      'in the middle when that display is gone',
      { x: -1200, y: 120, width: 900, height: 700 },
      [main],
      centred(900, 700),
    ],
    [
      'in the middle when it was far outside',
      { x: 5_000, y: 0, width: 900, height: 700 },
      [main],
      centred(900, 700),
    ],
    [
      'in the middle when only a strip is left',
      { x: 1_830, y: 40, width: 900, height: 700 },
      [main],
      centred(900, 700),
    ],
    [
      'in the middle when its title bar is above',
      { x: 10, y: -30, width: 900, height: 700 },
      [main],
      centred(900, 700),
    ],
    [
      'no larger than the display',
      { x: 9_000, y: 0, width: 4_000, height: 3_000 },
      [main],
      centred(1920, 1040),
    ],
    [
      'no smaller than can be worked in',
      { x: 9_000, y: 0, width: 10, height: 10 },
      [main],
      centred(360, 480),
    ],
    ['at its first size the first time', null, [main], centred(1200, 800)],
  ] as const)('%s', (_what, bounds, workAreas, expected) => {
    expect(fittingBounds(bounds, workAreas)).toEqual(expected === 'same' ? bounds : expected);
  });
});

describe('links into the app', () => {
  it.each([
    ['trainer-inbox://conversation/42', 42],
    ['trainer-inbox://conversation/42/', 42],
    ['trainer-inbox://conversation/0', null],
    ['trainer-inbox://conversation/-1', null],
    ['trainer-inbox://conversation/42?x=1', null],
    ['trainer-inbox://conversation/42/../7', null],
    ['trainer-inbox://conversation/9999999999999999', null],
    ['trainer-inbox://settings', null],
    ['https://conversation/42', null],
    ['trainer-inbox://conversation/42\n--no-sandbox', null],
    ['', null],
  ])('%j leads to %s', (link, expected) => {
    expect(linkedConversation(link)).toBe(expected);
  });

  it('come as the last word of a command line', () => {
    expect(conversationInArguments(['app', '--hidden', 'trainer-inbox://conversation/7'])).toBe(7);
    expect(conversationInArguments(['app', 'trainer-inbox://conversation/7', '--hidden'])).toBeNull();
    expect(conversationInArguments([])).toBeNull();
  });
});

describe('a pause', () => {
  it.each([
    ['30', '2026-03-01T23:50:00', '2026-03-02T00:20:00'],
    ['60', '2026-03-01T23:50:00', '2026-03-02T00:50:00'],
    ['tomorrow', '2026-03-01T18:00:00', '2026-03-02T07:00:00'],
    ['tomorrow', '2026-03-01T02:00:00', '2026-03-01T07:00:00'],
    ['tomorrow', '2026-03-01T07:00:00', '2026-03-02T07:00:00'],
  ] as const)('of %s that begins at %s ends at %s', (length, begin, end) => {
    expect(pauseEnd(length, new Date(begin).getTime())).toBe(new Date(end).getTime());
  });
});

describe('starting with the session on Linux', () => {
  it('is a file of its own that comes and goes and leaves others alone', () => {
    const configHome = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-autostart-'));
    const folder = path.join(configHome, 'autostart');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'other.desktop'), 'other');
    const program = '/opt/My "50%" $Apps/trainer-inbox';
    const parts = { configHome, desktopEntry: 'trainer-inbox', appName: 'Trainer Inbox', program };
    const file = path.join(folder, 'trainer-inbox.desktop');
    setAutostartFile(parts, true);
    expect(readFileSync(file, 'utf8').split('\n')).toContain(
      String.raw`Exec="/opt/My \\"50%%\\" \\$Apps/trainer-inbox" --hidden`,
    );
    setAutostartFile(parts, false);
    setAutostartFile(parts, false);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(path.join(folder, 'other.desktop'), 'utf8')).toBe('other');
    rmSync(configHome, { recursive: true, force: true });
  });
});

describe('who the app is', () => {
  it('the app and its installers say the same', () => {
    const builder = readFileSync(path.join(PROJECT_DIR, 'electron-builder.yml'), 'utf8');
    expect(builder).toMatch(new RegExp(`^appId: ${APP_ID}$`, 'm'));
    expect(builder).toMatch(new RegExp(`executableName: ${DESKTOP_ENTRY}$`, 'm'));
    expect(builder).toMatch(/schemes: \[trainer-inbox\]$/m);
    const manifest: unknown = JSON.parse(readFileSync(path.join(PROJECT_DIR, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ desktopName: `${DESKTOP_ENTRY}.desktop` });
  });
});

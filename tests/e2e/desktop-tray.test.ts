/** The tray's icon and the life of the app around it, on a desktop whose panel does as the test says. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import { z } from '../../shared/schema.ts';
import { contrast, type Rgb } from '../harness/contrast.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

/** A person who quits, and a system that shuts down, wait no longer than this. */
const END_MS = 2_000;
const preferencesSchema = z.looseObject({});
/** What WCAG asks of pictures that say something. */
const PICTURE_CONTRAST = 3;

/** The pixels of an image as D-Bus carries it: alpha, red, green and blue in turn. */
function pixelsOf(bytes: readonly number[]): { alpha: number; colour: Rgb }[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => {
    const [alpha = 0, red = 0, green = 0, blue = 0] = bytes.slice(index * 4, index * 4 + 4);
    return { alpha, colour: [red, green, blue] };
  });
}

/** Which part of what is drawn stands out from a panel of this colour. */
function shareSeenOn(panel: Rgb, bytes: readonly number[]): number {
  const drawn = pixelsOf(bytes).filter(({ alpha }) => alpha > 200);
  return drawn.filter(({ colour }) => contrast(colour, panel) >= PICTURE_CONTRAST).length / drawn.length;
}

describe.runIf(process.platform === 'linux')('the tray', () => {
  const parts = partsOfThisFile();
  let desktop: DesktopSession;
  let app: AppUnderTest;
  let jordan: TraineeClient;
  let url: string;

  beforeAll(async () => {
    desktop = await parts.desktop({ hasTray: false });
    url = (await parts.backend()).url;
    jordan = await parts.client(url, 'trainer@demo.test');
    app = await parts.app(['--hidden'], { ...desktop.env, ...(await parts.managedScreen()) });
  });
  beforeEach(() => pictureOnFailure(app));

  function isVisible(): Promise<boolean> {
    return app.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
    );
  }

  /** Dark panels and light ones have to show it. */
  function expectToBeSeen(image: readonly number[]): void {
    expect(shareSeenOn([0, 0, 0], image)).toBeGreaterThan(0.5);
    expect(shareSeenOn([255, 255, 255], image)).toBeGreaterThan(0.5);
  }

  /** Presses the window's close button. */
  function pressClose(): Promise<void> {
    return app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  }

  async function hide(): Promise<void> {
    await pressClose();
    await eventually(isVisible).toBe(false);
  }

  /** Starts the app on its profile, and waits until it hears what the system does. */
  async function startHidden(): Promise<void> {
    const log = path.join(app.profile, 'logs', 'main.log');
    const starts = (): number => readFileSync(log, 'utf8').split('desktop.shutdown_watched').length;
    const before = starts();
    await app.start();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'attached' });
    await eventually(starts).toBe(before + 1);
  }

  async function signInAgain(): Promise<void> {
    await desktop.tray.choose('Open inbox');
    await app.signIn(url);
  }

  /** In time, without an error, and with every database whole and closed. */
  async function endsWell(end: () => void): Promise<void> {
    const folder = path.join(app.profile, 'accounts');
    expect(await app.endBy(end, END_MS)).toBe(0);
    const databases = allDatabases(folder);
    expect(databases.length).toBeGreaterThan(0);
    for (const file of databases) {
      expect(existsSync(`${file}-wal`), file).toBe(false);
      const database = new SqliteDatabase(file, { readonly: true });
      expect(database.pragma('integrity_check', { simple: true }), file).toBe('ok');
      database.close();
    }
  }

  it('that is missing keeps no window hidden: one that was to start hidden shows itself (B1)', async () => {
    await eventually(isVisible).toBe(true);
    await app.signIn(url);
  });

  it('that is missing makes closing the window minimise it (B1)', async () => {
    await pressClose();
    await eventually(() => app.isMinimised()).toBe(true);
    expect(await isVisible()).toBe(true);
  });

  it('that starts after the app gets its icon, with the count in image, tooltip and menu (B2, B6)', async () => {
    await desktop.tray.appear();
    await desktop.tray.registered.find('the icon', () => true);
    const unread = await jordan.unreadCount();
    await eventually(() => desktop.tray.toolTip()).toBe(`Trainer Inbox: ${unread} unread`);
    const [first] = await desktop.tray.menu();
    expect(first?.label).toBe(`Open inbox (${unread} unread)`);
    const [pixmap] = await desktop.tray.pixmaps();
    expect(pixmap?.slice(0, 2)).toEqual([64, 64]);
    expect(new Set(pixmap?.[2]).size).toBeGreaterThan(10);
    expectToBeSeen(pixmap?.[2] ?? []);
  });

  it('shows in image, tooltip, menu, launcher and title that everything was read (B4, B5, B6, B7)', async () => {
    const before = await desktop.tray.pixmaps();
    const unread = await jordan.unreadCount();
    const program = 'application://trainer-inbox.desktop';
    await eventually(() => desktop.launcher.badge()).toEqual({
      program,
      count: BigInt(unread),
      isVisible: true,
    });
    const told = () => ['NewIcon', 'NewToolTip'].map((member) => desktop.tray.changes(member));
    const [icons = 0, toolTips = 0] = told();
    for (const { id, lastSeq } of await jordan.conversations()) await jordan.markRead(id, lastSeq);
    await eventually(() => desktop.tray.toolTip()).toBe('Trainer Inbox');
    expect((await desktop.tray.menu())[0]?.label).toBe('Open inbox');
    const after = await desktop.tray.pixmaps();
    expect(after).not.toEqual(before);
    expectToBeSeen(after[0]?.[2] ?? []);
    // Another shape, not only another colour.
    const [one, other] = [before, after].map(([image]) => pixelsOf(image?.[2] ?? []));
    const differing = one?.filter(({ alpha }, index) => alpha > 127 !== (other?.[index]?.alpha ?? 0) > 127);
    expect(differing?.length).toBeGreaterThan(40);
    // Signals and answers come to the test by two connections, which keep no common order.
    await eventually(() => told().every((count, index) => count > ([icons, toolTips][index] ?? 0))).toBe(
      true,
    );
    await eventually(() => desktop.launcher.badge()).toEqual({ program, count: 0n, isVisible: false });
    expect(
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()),
    ).toBe('Trainer Inbox');
  });

  it('is explained when the window is closed for the first time, and takes it then (B14)', async () => {
    await pressClose();
    await app.page.getByRole('dialog', { name: 'Trainer Inbox keeps running' }).waitFor();
    expect(await isVisible()).toBe(true);
    await app.page.getByRole('button', { name: 'Keep running' }).click();
    await eventually(isVisible).toBe(false);
  });

  it('brings the window back by a click and by its menu, and is explained no more (B3, B14)', async () => {
    await desktop.tray.activate();
    await eventually(isVisible).toBe(true);
    await hide();
    await desktop.tray.choose('Open inbox');
    await eventually(isVisible).toBe(true);
    await hide();
  });

  it('gets the icon again when the panel was restarted (B2)', async () => {
    const from = desktop.tray.registered.all.length;
    await desktop.tray.vanish();
    await desktop.tray.appear();
    await desktop.tray.registered.find('the icon to come back', () => true, { from });
    await eventually(() => desktop.tray.toolTip()).toBe('Trainer Inbox');
  });

  it('pauses notifications, and says so in its menu', async () => {
    await desktop.tray.choose('Open inbox');
    await app.railLink('Settings').click();
    await app.page.getByRole('button', { name: 'For 1 hour' }).click();
    await eventually(async () => (await desktop.tray.menu()).map(({ label }) => label)).toContain(
      'Resume notifications',
    );
    await desktop.tray.choose('Resume notifications');
    await app.page.getByRole('button', { name: 'For 1 hour' }).waitFor();
  });

  it('leaves the title bar and the keyboard alone when twenty messages come (B12)', async () => {
    const maya = await parts.client(url, 'maya@demo.test');
    const { id } = await maya.conversationWith('Jordan Reyes');
    const stolen = await app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const calls: string[] = [];
      Reflect.set(globalThis, 'focusCalls', calls);
      for (const name of ['show', 'focus', 'moveTop', 'restore', 'showInactive', 'flashFrame'] as const) {
        if (window) Reflect.set(window, name, () => calls.push(name));
      }
      return calls;
    });
    expect(stolen).toEqual([]);
    for (let number = 1; number <= 20; number += 1) await maya.send(id, `message ${number}`);
    await eventually(() => desktop.tray.toolTip()).toBe('Trainer Inbox: 20 unread');
    expect(await app.electron.evaluate(() => Reflect.get(globalThis, 'focusCalls') as unknown)).toEqual([]);
  });

  it('does not keep the app from ending: a hidden one obeys SIGTERM within two seconds (B15)', async () => {
    await hide();
    await endsWell(() => void app.electron.process().kill('SIGTERM'));
  });

  it('lets a start that is to be hidden be hidden, and one that is shown end by a shutdown (B15)', async () => {
    await startHidden();
    expect(await isVisible()).toBe(false);
    await signInAgain();
    expect(await isVisible()).toBe(true);
    await endsWell(() => desktop.logind.prepareForShutdown());
  });

  it('keeps no window out of reach: one that was on a display that is gone opens on one that is there (B11)', async () => {
    const file = path.join(app.profile, 'preferences.json');
    const preferences = preferencesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const bounds = { x: 5_000, y: -3_000, width: 900, height: 700 };
    writeFileSync(file, JSON.stringify({ ...preferences, window: { bounds, isMaximized: false } }));
    await startHidden();
    await signInAgain();
    const { window, display } = await app.electron.evaluate(({ BrowserWindow, screen }) => ({
      window: BrowserWindow.getAllWindows()[0]?.getBounds(),
      display: screen.getPrimaryDisplay().workArea,
    }));
    expect(window).toMatchObject({ width: 900, height: 700 });
    expect(window?.x).toBeGreaterThanOrEqual(display.x);
    expect(window?.y).toBeGreaterThanOrEqual(display.y);
    expect((window?.x ?? 0) + 900).toBeLessThanOrEqual(display.x + display.width);
  });

  it('lets a shutdown end a hidden app as well (B15)', async () => {
    await hide();
    await endsWell(() => desktop.logind.prepareForShutdown());
  });

  it('asks nobody who quits: its own entry ends the app', async () => {
    const from = desktop.tray.registered.all.length;
    await app.start();
    await desktop.tray.registered.find('the icon', () => true, { from });
    expect(await app.endBy(() => desktop.tray.choose('Quit'), END_MS)).toBe(0);
  });
});

function allDatabases(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.db')).map((name) => path.join(folder, name));
}

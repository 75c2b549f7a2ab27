/** The tray's icon and the life of the app around it, on a desktop whose panel does as the test says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

/** A person who quits, and a system that shuts down, wait no longer than this. */
const END_MS = 2_000;

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
    app = await parts.app(['--hidden'], desktop.env);
  });
  beforeEach(() => pictureOnFailure(app));

  function isVisible(): Promise<boolean> {
    return app.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
    );
  }

  /** Presses the window's close button. */
  function pressClose(): Promise<void> {
    return app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  }

  async function hide(): Promise<void> {
    await pressClose();
    await eventually(isVisible).toBe(false);
  }

  it('that is missing keeps no window hidden: one that was to start hidden shows itself', async () => {
    await eventually(isVisible).toBe(true);
    await app.signIn(url);
  });

  it('that is missing makes closing the window minimise it', async () => {
    const minimised = app.electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise<string>((resolve) => {
          const [window] = BrowserWindow.getAllWindows();
          // Without a window manager nobody carries it out; that it was asked for is what counts.
          if (window) window.minimize = () => resolve('minimised');
        }),
    );
    await pressClose();
    expect(await minimised).toBe('minimised');
    expect(await isVisible()).toBe(true);
  });

  it('that starts after the app gets its icon, with the count in image, tooltip and menu', async () => {
    await desktop.tray.appear();
    await desktop.tray.registered.find('the icon', () => true);
    const unread = await jordan.unreadCount();
    await eventually(() => desktop.tray.toolTip()).toBe(`Trainer Inbox: ${unread} unread`);
    const [first] = await desktop.tray.menu();
    expect(first?.label).toBe(`Open inbox (${unread} unread)`);
    const [pixmap] = await desktop.tray.pixmaps();
    expect(pixmap?.slice(0, 2)).toEqual([64, 64]);
    expect(new Set(pixmap?.[2]).size).toBeGreaterThan(10);
  });

  it('shows in image, tooltip, menu and title that everything was read', async () => {
    const before = await desktop.tray.pixmaps();
    for (const { id, lastSeq } of await jordan.conversations()) await jordan.markRead(id, lastSeq);
    await eventually(() => desktop.tray.toolTip()).toBe('Trainer Inbox');
    expect((await desktop.tray.menu())[0]?.label).toBe('Open inbox');
    expect(await desktop.tray.pixmaps()).not.toEqual(before);
    expect(
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()),
    ).toBe('Trainer Inbox');
  });

  it('is explained when the window is closed for the first time, and takes it then', async () => {
    await pressClose();
    await app.page.getByRole('dialog', { name: 'Trainer Inbox keeps running' }).waitFor();
    expect(await isVisible()).toBe(true);
    await app.page.getByRole('button', { name: 'Keep running' }).click();
    await eventually(isVisible).toBe(false);
  });

  it('brings the window back by a click and by its menu, and is explained no more', async () => {
    await desktop.tray.activate();
    await eventually(isVisible).toBe(true);
    await hide();
    await desktop.tray.choose('Open inbox');
    await eventually(isVisible).toBe(true);
    await hide();
  });

  it('gets the icon again when the panel was restarted', async () => {
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

  it('leaves the title bar and the keyboard alone when twenty messages come', async () => {
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

  it('does not keep the app from ending: a hidden one obeys SIGTERM within two seconds', async () => {
    await hide();
    const folder = path.join(app.profile, 'accounts');
    expect(await app.endBy(() => void app.electron.process().kill('SIGTERM'), END_MS)).toBe(0);
    const databases = allDatabases(folder);
    expect(databases.length).toBeGreaterThan(0);
    for (const file of databases) {
      expect(existsSync(`${file}-wal`), file).toBe(false);
      const database = new SqliteDatabase(file, { readonly: true });
      expect(database.pragma('integrity_check', { simple: true }), file).toBe('ok');
      database.close();
    }
  });

  it('lets a start that is to be hidden be hidden, and a shutdown end it', async () => {
    const log = path.join(app.profile, 'logs', 'main.log');
    const starts = readFileSync(log, 'utf8').split('desktop.shutdown_watched').length;
    await app.start();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'attached' });
    expect(await isVisible()).toBe(false);
    await eventually(() => readFileSync(log, 'utf8').split('desktop.shutdown_watched').length).toBe(
      starts + 1,
    );
    expect(await app.endBy(() => desktop.logind.prepareForShutdown(), END_MS)).toBe(0);
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

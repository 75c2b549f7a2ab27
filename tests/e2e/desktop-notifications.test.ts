/** Notifications of the real app on a desktop whose daemon remembers every word that it is told. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import type { ShownNotification } from '../harness/dbus/notification-daemon.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { DESKTOP } from '../harness/desktop-view.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const URGENCY_NORMAL = 1;
/** A person who quits, and a system that shuts down, wait no longer than this. */
const END_MS = 2_000;

describe.runIf(process.platform === 'linux')('notifications', () => {
  const parts = partsOfThisFile();
  let desktop: DesktopSession;
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let jordan: TraineeClient;
  let liam: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    desktop = await parts.desktop();
    const backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    jordan = await parts.client(backend.url, 'trainer@demo.test');
    liam = await parts.client(backend.url, 'liam@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app([], { ...desktop.env, ...(await parts.managedScreen()) });
    await app.signIn(proxy.url);
  });
  beforeEach(() => pictureOnFailure(app));

  function shownWith(text: string): Promise<ShownNotification> {
    return desktop.notifications.shown.find(`a notification with "${text}"`, ({ body }) => body === text);
  }

  function isVisible(): Promise<boolean> {
    return app.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
    );
  }

  /** The names isolate themselves from what stands around them. */
  const plain = (title: string): string => title.replaceAll(/[\u2068\u2069]/g, '');

  async function readElsewhere(): Promise<void> {
    const { lastSeq } = await jordan.conversation(conversationId);
    await jordan.markRead(conversationId, lastSeq);
  }

  /** Notifications of Maya's on the screen. */
  async function cleared(): Promise<void> {
    await readElsewhere();
    await eventually(() => desktop.notifications.open.size).toBe(0);
  }

  it('show who wrote and what, quietly, while the window is somewhere else (C5, C14)', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await maya.send(conversationId, '1 < 2 & <b>bold</b>');
    const notification = await shownWith('1 < 2 & <b>bold</b>');
    expect(plain(notification.title)).toBe(MAYA);
    expect(notification.hints.get('urgency')).toBe(URGENCY_NORMAL);
    expect(notification.timeoutMs).toBe(-1);
  });

  it('are one for each conversation, which tells of all its new messages (C9)', async () => {
    await maya.send(conversationId, 'And another one');
    const notification = await shownWith('And another one');
    expect(plain(notification.title)).toBe(`${MAYA}: 2 new messages`);
    expect([...desktop.notifications.open]).toEqual([notification.id]);
  });

  it('are withdrawn when the messages are read on another device (A7, C8)', async () => {
    await readElsewhere();
    await eventually(() => desktop.notifications.open.size, 2_000).toBe(0);
    expect(desktop.notifications.closed.all).toHaveLength(1);
  });

  it('hand markup over as text to a daemon that reads markup (C5)', async () => {
    desktop.notifications.capabilities = ['actions', 'body', 'body-markup'];
    await desktop.notifications.vanish();
    await desktop.notifications.appear();
    await maya.send(conversationId, 'a & <i>b</i>');
    await shownWith('a &amp; &lt;i&gt;b&lt;/i&gt;');
    await cleared();
  });

  it('can be answered in themselves where the daemon offers that, which reads what they told of', async () => {
    desktop.notifications.capabilities = ['actions', 'body', 'inline-reply'];
    await desktop.notifications.vanish();
    await desktop.notifications.appear();
    await maya.send(conversationId, 'Shall I rest?');
    const { id, actions } = await shownWith('Shall I rest?');
    expect(actions).toEqual(['default', '', 'inline-reply', 'Reply']);
    desktop.notifications.reply(id, '  Two days, please.  ');
    await maya.feed.find(
      'the answer',
      (event) => event.type === 'message.created' && event.message.content === 'Two days, please.',
    );
    await eventually(() => desktop.notifications.open.size).toBe(0);
    await eventually(async () => (await jordan.conversation(conversationId)).unreadCount).toBe(0);
    expect(await isVisible()).toBe(false);
  });

  it.each([
    ['full', 'Maya Chen', 'private words'],
    ['name', 'Maya Chen', '1 new message'],
    ['nothing', 'Trainer Inbox', '1 new message'],
  ])('tell as much as the person wants to be seen: "%s" (C11)', async (notificationContent, title, body) => {
    await app.call('desktop.configure', { ...DESKTOP.settings, notificationContent });
    const from = desktop.notifications.shown.all.length;
    await maya.send(conversationId, 'private words');
    const shown = await desktop.notifications.shown.find('a notification', () => true, { from });
    expect([plain(shown.title), shown.body]).toEqual([title, body]);
    expect(await desktop.tray.toolTip()).not.toContain('private');
    expect(JSON.stringify(await desktop.tray.menu())).not.toMatch(/private|Maya/);
    await cleared();
    await app.call('desktop.configure', DESKTOP.settings);
  });

  it('wait while they are paused, the count does not, and one tells of all at the end (C12)', async () => {
    await app.call('desktop.pause', { length: '60' });
    const from = desktop.notifications.shown.all.length;
    const liamTalk = (await liam.conversationWith('Jordan Reyes')).id;
    const before = await jordan.unreadCount();
    await maya.send(conversationId, 'in a session');
    await liam.send(liamTalk, 'in a session, too');
    await eventually(() => desktop.tray.toolTip()).toBe(`Trainer Inbox: ${before + 2} unread`);
    expect(desktop.notifications.shown.all).toHaveLength(from);
    await desktop.tray.choose('Resume notifications');
    const { body } = await desktop.notifications.shown.find('the summary', () => true, { from });
    expect(body).toBe('2 new messages from 2 people');
    const { lastSeq } = await jordan.conversation(liamTalk);
    await jordan.markRead(liamTalk, lastSeq);
    await cleared();
    expect(desktop.notifications.shown.all).toHaveLength(from + 1);
  });

  describe('lead, when they are clicked, to the thread with the composer ready', () => {
    /** After a window was closed there is another page than the one that Playwright knows. */
    function focusedField(): Promise<unknown> {
      return app.electron.evaluate(async ({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows().find((each) => each.isVisible());
        return (await window?.webContents.executeJavaScript(
          'document.activeElement?.getAttribute("aria-label")',
        )) as unknown;
      });
    }

    async function clickLeadsToMaya(text: string): Promise<void> {
      const { id } = await shownWith(text);
      await collectGarbage();
      desktop.notifications.invoke(id);
      await eventually(focusedField).toBe(`Message ${MAYA}`);
      expect(await app.isWindowFocused()).toBe(true);
      await eventually(() => desktop.notifications.open.size).toBe(0);
    }

    /** What nobody in the main process holds is gone after this. */
    function collectGarbage(): Promise<void> {
      return app.electron.evaluate(() => {
        process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
        const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
        if (typeof collect === 'function') collect();
      });
    }

    it('from a hidden window, also after garbage was collected (C3, C4)', async () => {
      await maya.send(conversationId, 'while hidden');
      await clickLeadsToMaya('while hidden');
    });

    it('from a minimised window, with something else in it (C4)', async () => {
      await app.page.keyboard.press('Escape');
      await app.railLink('Settings').click();
      await app.minimise();
      await maya.send(conversationId, 'while minimised');
      await clickLeadsToMaya('while minimised');
      expect(await app.isMinimised()).toBe(false);
    });

    it('from a page that is just being loaded (C4)', async () => {
      await app.page.keyboard.press('Escape');
      await app.loseFocus();
      await maya.send(conversationId, 'while loading');
      await shownWith('while loading');
      await app.electron.evaluate(
        ({ BrowserWindow }) =>
          new Promise<void>((resolve) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            contents?.once('did-start-loading', () => resolve());
            contents?.reload();
          }),
      );
      await clickLeadsToMaya('while loading');
    });

    it('from a window that was closed, whose new page has nothing loaded yet (C4)', async () => {
      await app.electron.evaluate(({ BrowserWindow }) => {
        const windows = BrowserWindow.getAllWindows();
        // The app ends with its last window; this one only keeps it from that.
        const keeper = new BrowserWindow({ show: false, title: 'keeper' });
        for (const window of windows) window.destroy();
        return keeper.id;
      });
      await maya.send(conversationId, 'while closed');
      await clickLeadsToMaya('while closed');
    });
  });

  it('leave the screen with the app (C8)', async () => {
    await app.loseFocus();
    await maya.send(conversationId, 'the last one');
    const { id } = await shownWith('the last one');
    await app.endBy(() => void app.electron.process().kill('SIGTERM'), END_MS);
    await desktop.notifications.closed.find('its end', (closed) => closed === id);
  });
});

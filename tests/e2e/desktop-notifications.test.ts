/** Notifications of the real app on a desktop whose daemon remembers every word that it is told. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import type { ShownNotification } from '../harness/dbus/notification-daemon.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
const URGENCY_NORMAL = 1;

describe.runIf(process.platform === 'linux')('notifications', () => {
  const parts = partsOfThisFile();
  let desktop: DesktopSession;
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let jordan: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    desktop = await parts.desktop();
    const backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    jordan = await parts.client(backend.url, 'trainer@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app([], desktop.env);
    await app.signIn(proxy.url);
  });
  beforeEach(() => pictureOnFailure(app));

  function shownWith(text: string): Promise<ShownNotification> {
    return desktop.notifications.shown.find(`a notification with "${text}"`, ({ body }) => body === text);
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

  it('show who wrote and what, quietly, while the window is somewhere else', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await maya.send(conversationId, '1 < 2 & <b>bold</b>');
    const notification = await shownWith('1 < 2 & <b>bold</b>');
    expect(plain(notification.title)).toBe(MAYA);
    expect(notification.hints.get('urgency')).toBe(URGENCY_NORMAL);
    expect(notification.timeoutMs).toBe(-1);
  });

  it('are one for each conversation, which tells of all its new messages', async () => {
    await maya.send(conversationId, 'And another one');
    const notification = await shownWith('And another one');
    expect(plain(notification.title)).toBe(`${MAYA}: 2 new messages`);
    expect([...desktop.notifications.open]).toEqual([notification.id]);
  });

  it('are withdrawn when the messages are read on another device', async () => {
    await readElsewhere();
    await eventually(() => desktop.notifications.open.size, 2_000).toBe(0);
    expect(desktop.notifications.closed.all).toHaveLength(1);
  });

  it('hand markup over as text to a daemon that reads markup', async () => {
    desktop.notifications.capabilities = ['actions', 'body', 'body-markup'];
    await desktop.notifications.vanish();
    await desktop.notifications.appear();
    await maya.send(conversationId, 'a & <i>b</i>');
    await shownWith('a &amp; &lt;i&gt;b&lt;/i&gt;');
    await cleared();
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
      desktop.notifications.invoke(id);
      await eventually(focusedField).toBe(`Message ${MAYA}`);
      expect(await app.isWindowFocused()).toBe(true);
      await eventually(() => desktop.notifications.open.size).toBe(0);
    }

    it('from a hidden window', async () => {
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
      await maya.send(conversationId, 'while hidden');
      await clickLeadsToMaya('while hidden');
    });

    it('from a minimised window, with something else in it', async () => {
      await app.page.keyboard.press('Escape');
      await app.railLink('Settings').click();
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
      await app.loseFocus();
      await maya.send(conversationId, 'while minimised');
      await clickLeadsToMaya('while minimised');
    });

    it('from a window that was closed, whose new page has nothing loaded yet', async () => {
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
});

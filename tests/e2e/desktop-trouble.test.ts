/** A desktop whose notifications do not work, absences, links and second starts. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testOnlySwitches, type AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import { DESKTOP } from '../harness/desktop-view.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { startTcpLink, type TcpLink } from '../harness/tcp-link.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

/** What a person would feel, and a socket's heartbeat. */
const LONGEST_GAP_MS = 200;
const CAUGHT_UP_MS = 5_000;
const AWAY = ['maya', 'liam', 'zoe', 'amara', 'tomas'];

describe.runIf(process.platform === 'linux')('on a desktop', () => {
  const parts = partsOfThisFile();
  let desktop: DesktopSession;
  let proxy: FaultProxy;
  let road: TcpLink;
  let url: string;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let jordan: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    desktop = await parts.desktop({ hasNotifications: false, startsDaemonInVain: true });
    url = (await parts.backend()).url;
    proxy = await parts.proxy(url);
    road = parts.keep(await startTcpLink(proxy.url), (each) => each.close());
    maya = await parts.client(url, 'maya@demo.test');
    jordan = await parts.client(url, 'trainer@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app([], desktop.env);
    await app.signIn(road.url);
    await app.loseFocus();
  });
  beforeEach(() => pictureOnFailure(app));

  /** Begins to measure how long the main process is kept from its work; the function gives the longest in milliseconds. */
  async function watchMainLoop(): Promise<() => Promise<number>> {
    await app.electron.evaluate(() => {
      const gaps = { last: performance.now(), longest: 0 };
      Reflect.set(globalThis, 'gaps', gaps);
      setInterval(() => {
        const now = performance.now();
        gaps.longest = Math.max(gaps.longest, now - gaps.last);
        gaps.last = now;
      }, 10);
    });
    return () => app.electron.evaluate(() => Number(Reflect.get(Reflect.get(globalThis, 'gaps'), 'longest')));
  }

  async function fiveMessages(label: string): Promise<void> {
    for (let number = 1; number <= 5; number += 1) await maya.send(conversationId, `${label} ${number}`);
    await app.conversationList().getByText(`${label} 5`).waitFor();
  }

  it('whose daemon is started in vain, or hangs, messages come as ever and nothing stands still (C1, C2)', async () => {
    const longestGap = await watchMainLoop();
    await fiveMessages('in vain');
    await app.page.getByRole('status', { name: /^System notifications are not available/ }).waitFor();
    desktop.notifications.isHung = true;
    await desktop.notifications.appear();
    await fiveMessages('hung');
    await desktop.notifications.calls('GetServerInformation');
    expect(await longestGap()).toBeLessThan(LONGEST_GAP_MS);
    expect(desktop.notifications.shown.all).toEqual([]);
  });

  it('whose daemon came to itself, the next message is notified of (C1)', async () => {
    desktop.notifications.isHung = false;
    await maya.send(conversationId, 'well again');
    await desktop.notifications.shown.find('the notification', ({ body }) => body === 'well again');
    await app.page
      .getByRole('status', { name: /^System notifications are not available/ })
      .waitFor({ state: 'hidden' });
  });

  it('what is private stays out of notifications when the person wants it so (C11)', async () => {
    await app.takeFocus();
    await app.railLink('Settings').click();
    await app.page.getByRole('radio', { name: 'Name only' }).check();
    await app.loseFocus();
    const from = desktop.notifications.shown.all.length;
    await maya.send(conversationId, 'canary text');
    await desktop.notifications.shown.find('a notification', () => true, { from });
    expect(JSON.stringify(desktop.notifications.shown.all.slice(from))).not.toContain('canary');
    await app.call('desktop.configure', DESKTOP.settings);
  });

  it('the thread that is open, seen and at its end gets no notification, another one does (C10)', async () => {
    await app.takeFocus();
    await app.railLink('Messages').click();
    await app.openThread('Maya Chen');
    await app.takeFocus();
    const from = desktop.notifications.shown.all.length;
    await maya.send(conversationId, 'seen at once');
    await app.bubble('Maya Chen', 'seen at once').waitFor();
    const liam = await TraineeClient.signIn(url, 'liam@demo.test');
    await liam.send((await liam.conversationWith('Jordan Reyes')).id, 'not seen');
    await desktop.notifications.shown.find(
      'the notification of the other',
      ({ title }) => title.includes('Liam'),
      {
        from,
      },
    );
    expect(desktop.notifications.shown.all.slice(from).map(({ title }) => title)).toEqual([
      expect.stringContaining('Liam'),
    ]);
    // Else it would be news after all when the window has no keyboard any more.
    await eventually(async () => (await jordan.conversation(conversationId)).unreadCount).toBe(0);
  });

  it('both get one while the window has not the keyboard, the open thread as well (C10)', async () => {
    await app.loseFocus();
    const from = desktop.notifications.shown.all.length;
    await maya.send(conversationId, 'behind another window');
    const liam = await TraineeClient.signIn(url, 'liam@demo.test');
    await liam.send((await liam.conversationWith('Jordan Reyes')).id, 'not seen either');
    for (const text of ['behind another window', 'not seen either'])
      await desktop.notifications.shown.find(text, ({ body }) => body === text, { from });
    expect(desktop.notifications.shown.all).toHaveLength(from + 2);
  });

  it('a link that the system hands to a second start opens its conversation in the first (B13, G11)', async () => {
    const zoe = await jordan.conversationWith('Zoë Martin');
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const exitCode = await app.electron.evaluate(
      ({ app: running }, [link, ...switches]) =>
        new Promise<number | null>((resolve) => {
          const profile = `--user-data-dir=${running.getPath('userData')}`;
          process
            .getBuiltinModule('node:child_process')
            .spawn(process.execPath, [running.getAppPath(), profile, ...switches, link ?? ''])
            .once('exit', resolve);
        }),
      [`trainer-inbox://conversation/${zoe.id}`, ...testOnlySwitches()],
    );
    expect(exitCode).toBe(0);
    await app.composer('Zoë Martin').waitFor();
    await eventually(() => app.isWindowFocused()).toBe(true);
    expect(proxy.liveSockets()).toBe(1);
  });

  // Chromium drops Playwright's connection to the page when the system sleeps: from here on the page is out of sight.
  it('that slept, forty messages of five people are one notification (C6)', async () => {
    await app.loseFocus();
    const from = desktop.notifications.shown.all.length;
    desktop.logind.prepareForSleep(true);
    await proxy.refuse();
    for (const login of AWAY) {
      const trainee = await TraineeClient.signIn(url, `${login}@demo.test`);
      const { id } = await trainee.conversationWith('Jordan Reyes');
      for (let number = 1; number <= 8; number += 1) await trainee.send(id, `${login} ${number}`);
    }
    await proxy.pass();
    desktop.logind.prepareForSleep(false);
    await desktop.notifications.shown.find(
      'the summary',
      ({ body }) => body === '40 new messages from 5 people',
      {
        from,
      },
    );
    expect(desktop.notifications.shown.all).toHaveLength(from + 1);
    expect(proxy.liveSockets()).toBe(1);
  });

  it('nothing is notified of twice, by another sleep or by a message that follows (C7)', async () => {
    const from = desktop.notifications.shown.all.length;
    desktop.logind.prepareForSleep(true);
    desktop.logind.prepareForSleep(false);
    await jordan.send(conversationId, 'from my phone');
    await maya.send(conversationId, 'only this one');
    await desktop.notifications.shown.find('the new one', ({ title }) => title.includes('Maya'), { from });
    expect(desktop.notifications.shown.all).toHaveLength(from + 1);
  });

  it('that slept while the network forgot every connection is told of a new message within five seconds (D1, D15)', async () => {
    const upgrades = road.upgrades();
    road.strand();
    desktop.logind.prepareForSleep(true);
    await maya.send(conversationId, 'while you slept');
    const begun = performance.now();
    desktop.logind.prepareForSleep(false);
    desktop.logind.prepareForSleep(false);
    await desktop.notifications.shown.find('the message', ({ body }) => body === 'while you slept');
    expect(performance.now() - begun).toBeLessThan(CAUGHT_UP_MS);
    await eventually(() => road.upgrades()).toBe(upgrades + 1);
    expect(road.mostSocketsAtOnce()).toBe(1);
  });

  it('a link that starts the app opens its conversation once somebody has signed in (G11)', async () => {
    const zoe = await jordan.conversationWith('Zoë Martin');
    const started = await parts.app([`trainer-inbox://conversation/${zoe.id}`]);
    pictureOnFailure(started);
    await started.signIn(url);
    await started.composer('Zoë Martin').waitFor();
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { openBus } from '../../electron/desktop/dbus/bus.ts';
import { createBusNotifier } from '../../electron/desktop/notifications/bus-notifier.ts';
import type { NotificationRequest } from '../../electron/desktop/notifications/notifier.ts';
import { startBusDaemon } from '../harness/dbus/bus-daemon.ts';
import { NotificationDaemon } from '../harness/dbus/notification-daemon.ts';
import { EventLog } from '../harness/wait.ts';
import { eventually } from '../harness/scenario.ts';

const endings: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

interface Situation {
  readonly isHung?: boolean;
  readonly isAbsent?: boolean;
  readonly capabilities?: readonly string[];
  readonly silentServices?: readonly string[];
}

async function started({ silentServices = [], ...options }: Situation = {}) {
  const bus = await startBusDaemon({ silentServices });
  endings.push(() => bus.close());
  const daemon = await NotificationDaemon.start(bus.address, options);
  endings.push(() => daemon.close());
  const connection = await openBus(bus.address);
  if (connection === null) throw new Error('No connection to the test bus.');
  endings.push(() => connection.close());
  const heard = new EventLog<string>();
  const notifier = createBusNotifier({
    bus: connection,
    appName: 'Trainer Inbox',
    desktopEntry: 'trainer-inbox',
    icon: 'trainer-inbox',
    replyLabel: () => 'Reply',
    onClick: (key) => heard.add(`click ${key}`),
    onReply: (key, text) => heard.add(`reply ${key} ${text}`),
  });
  return { daemon, notifier, heard };
}

function request(key: string, some: Partial<NotificationRequest> = {}): NotificationRequest {
  return { key, title: 'Maya Chen', body: 'Hello', isSilent: false, canReply: true, ...some };
}

describe('notifications over the bus', () => {
  it('replace the one with the same key, and lead back to it', async () => {
    const { daemon, notifier, heard } = await started();
    expect(await notifier.show(request('a'))).toBe(true);
    expect(await notifier.show(request('a', { body: 'Again' }))).toBe(true);
    expect(await notifier.show(request('b'))).toBe(true);
    expect(daemon.shown.all.map(({ id, replacesId }) => [id, replacesId])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    daemon.invoke(1);
    await heard.find('the click', (each) => each === 'click a');
    daemon.reply(2, 'On my way');
    await heard.find('the answer', (each) => each === 'reply b On my way');
    expect(heard.all).toHaveLength(2);
  });

  it('are withdrawn one by one, and all at the end', async () => {
    const { daemon, notifier } = await started();
    for (const key of ['a', 'b', 'c']) await notifier.show(request(key));
    notifier.withdraw('b');
    await daemon.closed.find('the end of b', (id) => id === 2);
    notifier.withdraw('b');
    await notifier.withdrawAll();
    expect(daemon.closed.all).toEqual([2, 1, 3]);
  });

  it('say what the daemon can show, and no more', async () => {
    const plain = await started({ capabilities: ['body'] });
    await plain.notifier.show(request('a', { body: '<b>&</b>', isSilent: true }));
    const [first] = plain.daemon.shown.all;
    expect(first).toMatchObject({ body: '<b>&</b>', actions: [] });
    expect(first?.hints.get('suppress-sound')).toBe(true);
    const rich = await started({ capabilities: ['actions', 'body-markup', 'inline-reply'] });
    await rich.notifier.show(request('a', { body: '<b>&</b>' }));
    expect(rich.daemon.shown.all[0]).toMatchObject({
      body: '&lt;b&gt;&amp;&lt;/b&gt;',
      actions: ['default', '', 'inline-reply', 'Reply'],
    });
  });

  it('are refused soon by a daemon that hangs, and shown again by one that has come to itself', async () => {
    const { daemon, notifier } = await started({ isHung: true });
    expect(await notifier.show(request('a'))).toBe(false);
    daemon.isHung = false;
    expect(await notifier.show(request('b'))).toBe(true);
    daemon.isHung = true;
    expect(await notifier.show(request('c'))).toBe(false);
    expect(daemon.shown.all).toHaveLength(1);
  });

  it('are refused while there is no daemon, and shown by one that comes later', async () => {
    const { daemon, notifier } = await started({ isAbsent: true });
    expect(await notifier.show(request('a'))).toBe(false);
    await daemon.appear();
    await eventually(() => notifier.show(request('b'))).toBe(true);
  });

  it('do not wait for a daemon that the bus starts in vain', async () => {
    const silentServices = ['org.freedesktop.Notifications'];
    const { daemon, notifier } = await started({ isAbsent: true, silentServices });
    const begun = performance.now();
    expect(await notifier.show(request('a'))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(3_000);
    await daemon.appear();
    await eventually(() => notifier.show(request('b'))).toBe(true);
  });

  it('forget what an earlier daemon showed', async () => {
    const { daemon, notifier } = await started();
    await notifier.show(request('a'));
    await daemon.vanish();
    await daemon.appear();
    await eventually(() => notifier.show(request('a'))).toBe(true);
    expect(daemon.shown.all.at(-1)?.replacesId).toBe(0);
  });

  it('that were waved away are not replaced but shown anew', async () => {
    const { daemon, notifier } = await started();
    await notifier.show(request('a'));
    daemon.dismiss(1, 2);
    // The bus keeps the order: once this one is shown, the app has heard of the other's end.
    await notifier.show(request('b'));
    await notifier.show(request('a'));
    expect(daemon.shown.all.at(-1)).toMatchObject({ id: 3, replacesId: 0 });
  });
});

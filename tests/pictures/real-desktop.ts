/** A desktop of real programs on a virtual screen: xfwm4, xfce4-panel with its tray, and dunst, on a bus of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDisplay } from '../../scripts/lib/display.mjs';
import { run, Trouble } from '../../scripts/lib/process.mjs';
import { type Bus, BUS_SERVICE, openBus } from '../../electron/desktop/dbus/bus.ts';
import { startBusDaemon } from '../harness/dbus/bus-daemon.ts';
import type { EndingParts } from '../harness/parts.ts';
import { waitFor } from '../harness/wait.ts';

/** Where distributions keep the daemon of Xfce's settings, which panels ask for theirs. */
const SETTINGS_DAEMONS = [
  '/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd',
  '/usr/lib/aarch64-linux-gnu/xfce4/xfconf/xfconfd',
  '/usr/lib/xfce4/xfconf/xfconfd',
  '/usr/libexec/xfce4/xfconf/xfconfd',
];

const SCREEN = '1400x900';
const PANEL_HEIGHT = 30;

/** One panel along the upper edge: windows on the left, tray and clock on the right. */
const PANEL = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="${PANEL_HEIGHT}"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/>
        <value type="int" value="3"/><value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="icon-size" type="int" value="22"/>
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
`;

const NOTIFICATIONS = `[global]
  origin = top-right
  offset = 16x${PANEL_HEIGHT + 16}
  width = 380
  height = 200
  padding = 14
  horizontal_padding = 16
  frame_width = 1
  frame_color = "#3a3f4b"
  corner_radius = 10
  font = Inter 11
  show_indicators = no
  markup = full
  format = "<b>%s</b>\\n%b"
  icon_position = left
  min_icon_size = 48
  max_icon_size = 48
[urgency_normal]
  background = "#1f2229"
  foreground = "#e8eaf0"
  timeout = 0
`;

/** The desktop. */
export interface RealDesktop {
  /** For the app's environment, and for programs that look at the screen. */
  readonly env: Readonly<Record<string, string>>;
  /** Notifications that dunst shows now. */
  shownNotifications(): Promise<number>;
  /** What the X server says of a property of a window. */
  property(windowId: string, name: string): Promise<string>;
}

/** Starts everything; `parts` end it, after the app that was started on it later. */
export async function startRealDesktop(parts: EndingParts): Promise<RealDesktop> {
  const settingsDaemon = SETTINGS_DAEMONS.find((file) => existsSync(file));
  if (settingsDaemon === undefined) {
    throw new Trouble('This needs a real desktop: apt-get install xfwm4 xfce4-panel dunst x11-utils.');
  }
  const home = parts.keep(mkdtempSync(path.join(tmpdir(), 'trainer-inbox-desktop-')), (folder) =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  );
  const channel = path.join(home, 'config/xfce4/xfconf/xfce-perchannel-xml');
  mkdirSync(channel, { recursive: true });
  writeFileSync(path.join(channel, 'xfce4-panel.xml'), PANEL);
  const dunstrc = path.join(home, 'dunstrc');
  writeFileSync(dunstrc, NOTIFICATIONS);

  const display = parts.keep(await openDisplay({ size: SCREEN }), (each) => each.close());
  const daemon = parts.keep(await startBusDaemon(), (each) => each.close());
  const env = { ...display.env, DBUS_SESSION_BUS_ADDRESS: daemon.address };
  const programEnv = {
    ...env,
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_RUNTIME_DIR: home,
    LANG: 'C.UTF-8',
    GTK_A11Y: 'none',
    NO_AT_BRIDGE: '1',
  };
  const bus = await openBus(daemon.address);
  if (bus === null) throw new Trouble('The bus of the desktop cannot be reached.');
  parts.keep(bus, (each) => each.close());

  function start(program: string, ...args: readonly string[]): void {
    const child = spawn(program, args, { env: programEnv, stdio: 'ignore' });
    parts.keep(child, endOf);
  }

  const look = async (program: string, ...args: readonly string[]): Promise<string> =>
    (await run(program, args, { env: programEnv, capture: true })).stdout.trim();

  start(settingsDaemon);
  await owned(bus, 'org.xfce.Xfconf');
  start('xfwm4', '--compositor=off');
  await waitFor('the window manager', async () =>
    (await look('xprop', '-root', '_NET_SUPPORTING_WM_CHECK')).includes('window id'),
  );
  // Without a wallpaper everything floats in black.
  await look('display', '-size', SCREEN, '-window', 'root', 'gradient:#7d9bd0-#2b3a5c');
  start('xfce4-panel', '--disable-wm-check');
  await owned(bus, 'org.kde.StatusNotifierWatcher');
  start('dunst', '-conf', dunstrc);
  await owned(bus, 'org.freedesktop.Notifications');
  return {
    env,
    shownNotifications: async () => Number(await look('dunstctl', 'count', 'displayed')),
    property: (windowId, name) => look('xprop', '-id', windowId, name),
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function owned(bus: Bus, name: string): Promise<void> {
  await waitFor(`${name} on the bus`, async () => {
    const answer = await bus.call(
      { ...BUS_SERVICE, member: 'NameHasOwner' },
      { signature: 's', body: [name] },
    );
    return answer.ok && answer.value[0] === true;
  });
}

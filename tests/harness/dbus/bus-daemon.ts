/** A message bus of its own for one test: the real dbus-daemon, on which nobody is but those whom the test invites. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { within } from '../wait.ts';

/** A running bus. */
export interface BusDaemon {
  /** For `DBUS_SESSION_BUS_ADDRESS` or `DBUS_SYSTEM_BUS_ADDRESS`. */
  readonly address: string;
  /** Ends it. Electron aborts when its bus dies: stop the app first. */
  close(): Promise<void>;
}

/** Names that the bus promises to start by itself, and whose program then never says a word. */
interface BusOptions {
  readonly silentServices?: readonly string[];
}

function configuration(folder: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <servicedir>${folder}</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** Starts a bus without any service. */
export async function startBusDaemon({ silentServices = [] }: BusOptions = {}): Promise<BusDaemon> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-bus-'));
  const config = path.join(folder, 'bus.conf');
  writeFileSync(config, configuration(folder));
  for (const name of silentServices) {
    writeFileSync(
      path.join(folder, `${name}.service`),
      `[D-BUS Service]\nName=${name}\nExec=/bin/sleep 60\n`,
    );
  }
  // A group of its own, so that what the bus started ends with it.
  const child = spawn(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    },
  );
  const endGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', endGroup);
  const started = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject).once('exit', () => reject(new Error('The message bus did not start.')));
  });
  return {
    address: await within('the message bus to start', started),
    close: async () => {
      process.off('exit', endGroup);
      const exited = once(child, 'exit');
      endGroup();
      await within('the message bus to end', exited);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

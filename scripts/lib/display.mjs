/** A virtual display and a D-Bus session of our own, so that nothing touches the person's real desktop. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { run, Trouble } from './process.mjs';

/**
 * @typedef {object} Service
 * @property {NodeJS.ProcessEnv} env what a program needs in its environment to use it
 * @property {() => void} close ends it at once; it also ends with this process
 */

/**
 * Starts Xvfb on the first free display number, with a cookie, so that other people on this computer stay out.
 * @param {{ endsWithLastWindow?: boolean }} [options] let it end by itself when its last program has gone
 * @returns {Promise<Service>}
 */
export async function openDisplay(options = {}) {
  const dir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-display-'));
  const authority = path.join(dir, 'authority');
  writeFileSync(authority, authorityFile(randomBytes(16)), { mode: 0o600 });
  const screen = ['-screen', '0', '1200x800x24', '-nolisten', 'tcp', '-auth', authority];
  const lifetime = options.endsWithLastWindow ? ['-terminate'] : ['-noreset'];
  // Its own process group: Ctrl-C must end the app first, not pull the display from under it.
  const child = spawn('Xvfb', ['-displayfd', '3', ...screen, ...lifetime], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const close = closer(child, dir);
  const number = await firstLine(child, 3, 'Xvfb');
  return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority, WAYLAND_DISPLAY: undefined }, close };
}

/**
 * Starts a D-Bus session bus on which no service is started by being called: no keyring, no notifier.
 * @returns {Promise<Service>}
 */
export async function openSessionBus() {
  const dir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-bus-'));
  const config = path.join(dir, 'session.conf');
  writeFileSync(
    config,
    `<busconfig>
  <type>session</type>
  <listen>unix:dir=${dir}</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`,
  );
  const child = spawn('dbus-daemon', ['--nofork', `--config-file=${config}`, '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const close = closer(child, dir);
  return { env: { DBUS_SESSION_BUS_ADDRESS: await firstLine(child, 1, 'dbus-daemon') }, close };
}

/**
 * Takes a picture of a whole display.
 * @param {NodeJS.ProcessEnv} env the display's
 * @param {string} file ends in `.png`
 */
export async function takePicture(env, file) {
  const { code, stderr } = await run('import', ['-window', 'root', file], { env, capture: true });
  if (code !== 0) throw new Trouble(`No picture of the display could be taken: ${stderr.trim()}`);
}

/**
 * An X authority file with one cookie that fits every display; `xauth` would need the number beforehand.
 * @param {Buffer} cookie 16 bytes
 * @returns {Buffer}
 */
function authorityFile(cookie) {
  const anyFamily = Buffer.from([0xff, 0xff]);
  const fields = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from('MIT-MAGIC-COOKIE-1'), cookie];
  return Buffer.concat([
    anyFamily,
    ...fields.flatMap((field) => [Buffer.from([field.length >> 8, field.length & 0xff]), field]),
  ]);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} dir removed with it
 * @returns {() => void}
 */
function closer(child, dir) {
  const close = () => {
    process.off('exit', close);
    child.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  };
  process.on('exit', close);
  return close;
}

/**
 * The first line that a program writes: it is ready then.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} descriptor
 * @param {string} name
 * @returns {Promise<string>}
 */
function firstLine(child, descriptor, name) {
  return new Promise((resolve, reject) => {
    let text = '';
    const refuse = () =>
      reject(new Trouble(`${name} could not be started: is it installed and is /tmp writable?`));
    child.once('error', refuse).once('exit', refuse);
    child.stdio[descriptor]?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
  });
}

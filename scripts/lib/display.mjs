/** A virtual display of our own, for machines without one and for programs that shall not touch a person's desktop. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { run, Trouble } from './process.mjs';

/**
 * @typedef {object} Display
 * @property {Record<string, string>} env what a program needs in its environment to draw on it
 * @property {() => Promise<void>} close ends it and waits for that; it also ends with this process
 */

/**
 * @typedef {object} DisplayOptions
 * @property {string} [size] width and height in pixels, such as `1200x800`
 * @property {boolean} [endsWithLastWindow] let it end by itself when its last program has gone
 */

/**
 * Starts Xvfb on the first free display number, with a cookie, so that other people on this computer stay out.
 * @param {DisplayOptions} [options]
 * @returns {Promise<Display>}
 */
export async function openDisplay({ size = '1200x800', endsWithLastWindow = false } = {}) {
  const dir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-display-'));
  const authority = path.join(dir, 'authority');
  writeFileSync(authority, authorityFile(randomBytes(16)), { mode: 0o600 });
  const screen = ['-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-auth', authority];
  // Its own process group: Ctrl-C must end the app first, not pull the display from under it.
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', ...screen, endsWithLastWindow ? '-terminate' : '-noreset'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true,
    },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = () => {
    child.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', end);
  return {
    env: { DISPLAY: `:${await displayNumber(child)}`, XAUTHORITY: authority },
    close: async () => {
      process.off('exit', end);
      end();
      await ended;
    },
  };
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
 * Xvfb writes the number of its display to descriptor 3 when it is ready.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function displayNumber(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const refuse = () =>
      reject(new Trouble('No virtual display could be started: is xvfb installed and /tmp writable?'));
    child.once('error', refuse).once('exit', refuse);
    child.stdio[3]?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text.trim());
    });
  });
}

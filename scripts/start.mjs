/**
 * `npm start`: sets up, builds when the sources changed, and opens the app on the demo backend; with
 * `npm start -- --server URL` on a real one. Other arguments reach the app. Without a display the app runs on a
 * virtual one, and a picture of it is written.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { bootstrap } from './bootstrap.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { openDisplay, takePicture } from './lib/display.mjs';
import { cacheDir, root } from './lib/paths.mjs';
import { main, say, Trouble } from './lib/process.mjs';
import { electronBinary } from './setup/electron.mjs';
import { hasDisplay } from './setup/system-packages.mjs';

/** The app has this long to stop by itself after Ctrl-C. */
const patienceMs = 2500;

/**
 * What the app is told, from what this command was told.
 * @param {readonly string[]} args
 * @returns {string[]}
 */
function appArguments(args) {
  const passed = [];
  let server;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--server') server = args[(index += 1)] ?? '';
    else if (arg.startsWith('--server=')) server = arg.slice('--server='.length);
    else passed.push(arg);
  }
  if (server === '') {
    throw new Trouble('--server needs an address, for example: npm start -- --server http://localhost:8080');
  }
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...sandbox, server === undefined ? '--demo' : `--server=${server}`, ...passed];
}

/**
 * Runs the app until it ends or this process is told to stop.
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} onLine each line of its stdout
 * @returns {Promise<number>} its exit code
 */
function runApp(binary, args, env, onLine) {
  // Its own process group: a terminal's Ctrl-C reaches the app once, through us.
  const child = spawn(binary, [root, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  createInterface({ input: child.stdout }).on('line', onLine);
  /** @type {NodeJS.Timeout | undefined} */
  let deadline;
  const stop = () => {
    if (deadline === undefined) child.kill('SIGTERM');
    deadline ??= setTimeout(() => kill(child), patienceMs);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(deadline);
      resolve(code ?? 1);
    });
  });
}

/**
 * Ends an app that does not stop by itself, and the processes that it started.
 * @param {import('node:child_process').ChildProcess} child the leader of its process group, where there are such
 */
function kill(child) {
  if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
  else process.kill(-child.pid, 'SIGKILL');
}

await main(async () => {
  const args = appArguments(process.argv.slice(2));
  const headless = !hasDisplay();
  const { electronDir } = await bootstrap({ electron: true, libraries: true, display: headless });
  await ensureBuilt();
  const binary = electronBinary(electronDir);
  say('Starting Trainer Inbox …');
  if (!headless) return runApp(binary, args, process.env, (line) => console.log(line));

  const display = await openDisplay({ endsWithLastWindow: true });
  const env = { ...process.env, ...display.env, WAYLAND_DISPLAY: undefined };
  // Machines without a display seldom have system services, and Chromium reports each one that it misses.
  args.push('--log-level=3');
  say(`There is no display here, so the app runs on a virtual one (${display.env.DISPLAY}).`);
  const code = await runApp(binary, args, env, (line) => {
    console.log(line);
    const painted = /^(inbox|sign-in) painted$/.exec(line);
    if (painted) void photograph(env, `${painted[1]}.png`);
  });
  await display.close();
  return code;
});

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
async function photograph(env, name) {
  const file = path.join(cacheDir, name);
  mkdirSync(cacheDir, { recursive: true });
  try {
    await takePicture(env, file);
    say(`A picture of it: ${file}\nIt keeps running; stop it with Ctrl-C.`);
  } catch (error) {
    say(error instanceof Trouble ? error.message : String(error));
  }
}

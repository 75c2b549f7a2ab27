/**
 * `node scripts/draw-tray-images.mjs`: draws the tray's images from the SVG files beside them. To be run after one of
 * those was changed; the images are part of the source, so that the app needs nothing that can draw.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bootstrap } from './bootstrap.mjs';
import { openDisplay } from './lib/display.mjs';
import { root } from './lib/paths.mjs';
import { main, run, say } from './lib/process.mjs';
import { electronBinary } from './setup/electron.mjs';

const folder = path.join(root, 'resources', 'tray');

/** Side length of one image on the sheet, and images in a row: read by electron/desktop/tray-images.ts. */
const SIDE = 64;
const COLUMNS = 10;
/** Nothing unread, then 1 to 99, then more. */
const LABELS = ['', ...Array.from({ length: 99 }, (_, index) => String(index + 1)), '99+'];

/** @param {string} name */
const svg = (name) => readFileSync(path.join(folder, `${name}.svg`), 'utf8');

/** Fewer digits may be larger. @param {string} label */
function cell(label) {
  if (label === '') return svg('read');
  const size = [46, 42, 30][label.length - 1];
  return svg('unread').replace('font-size="40"', `font-size="${size}"`).replace('{{count}}', label);
}

/** @param {string} content */
function pageOf(content) {
  const style = `body{margin:0;width:${SIDE * COLUMNS}px;display:flex;flex-wrap:wrap;overflow:hidden}svg{width:${SIDE}px;height:${SIDE}px}`;
  return `<!doctype html><meta charset="utf-8"><style>${style}</style>${content}`;
}

/** What Electron runs: draws each page onto a window that nobody sees, and saves it. */
const PAINTER = `
  const { app, BrowserWindow } = require('electron');
  const { readFileSync, writeFileSync } = require('node:fs');
  app.disableHardwareAcceleration();
  app.whenReady().then(async () => {
    for (const { page, file, width, height } of JSON.parse(readFileSync(process.argv.at(-1), 'utf8'))) {
      const window = new BrowserWindow({
        width, height, useContentSize: true, show: false, frame: false, transparent: true,
        webPreferences: { offscreen: true },
      });
      const painted = new Promise((resolve) => window.webContents.on('paint', (_event, _dirty, image) => resolve(image)));
      await window.loadURL('data:text/html;base64,' + Buffer.from(page).toString('base64'));
      window.webContents.invalidate();
      await painted;
      writeFileSync(file, (await window.webContents.capturePage()).toPNG());
      window.destroy();
    }
    app.exit();
  });
  app.on('window-all-closed', () => {});
`;

/**
 * One image to be drawn.
 * @param {string} name
 * @param {string} content
 * @param {number} width
 * @param {number} height
 */
function job(name, content, width, height) {
  return { page: content, file: path.join(folder, name), width, height };
}

await main(async () => {
  const { electronDir } = await bootstrap({ electron: true, libraries: true, display: true });
  const display = await openDisplay();
  const home = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-draw-'));
  const entry = path.join(home, 'main.cjs');
  const jobs = path.join(home, 'jobs.json');
  const rows = Math.ceil(LABELS.length / COLUMNS);
  const template = (/** @type {number} */ side) =>
    `<style>body{margin:0;display:flex;overflow:hidden}svg{width:${side}px;height:${side}px}</style>${svg('template')}`;
  writeFileSync(entry, PAINTER);
  writeFileSync(
    jobs,
    JSON.stringify([
      job('sheet.png', pageOf(LABELS.map(cell).join('')), SIDE * COLUMNS, SIDE * rows),
      job('template.png', template(18), 18, 18),
      job('template@2x.png', template(36), 36, 36),
    ]),
  );
  const { code } = await run(
    electronBinary(electronDir),
    [
      '--no-sandbox',
      '--force-device-scale-factor=1',
      `--user-data-dir=${home}`,
      '--log-level=3',
      entry,
      jobs,
    ],
    { env: { PATH: process.env.PATH, HOME: home, DBUS_SESSION_BUS_ADDRESS: 'disabled:', ...display.env } },
  );
  await display.close();
  rmSync(home, { recursive: true, force: true });
  if (code === 0) say(`Drawn into ${path.relative(root, folder)}.`);
  return code ?? 1;
});

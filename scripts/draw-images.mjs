/**
 * `node scripts/draw-images.mjs`: draws the app's icon and the tray's images from their SVG files. To be run after one
 * of those was changed; the images are part of the source, so that the app needs nothing that can draw.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bootstrap } from './bootstrap.mjs';
import { openDisplay } from './lib/display.mjs';
import { root } from './lib/paths.mjs';
import { main, run, say } from './lib/process.mjs';
import { electronBinary } from './setup/electron.mjs';

const resources = path.join(root, 'resources');

/** Side lengths of the app's icon; up to the third one there is no room for all of the drawing. */
const ICON_SIDES = [16, 32, 48, 64, 128, 256, 512, 1024];
const SMALL_UP_TO = 48;

/** Side length of one image on the sheet, and images in a row: read by electron/desktop/tray-images.ts. */
const SIDE = 64;
const COLUMNS = 10;
/** Nothing unread, then 1 to 99, then more. */
const LABELS = ['', ...Array.from({ length: 99 }, (_, index) => String(index + 1)), '99+'];

/**
 * A drawing.
 * @param {string} name below resources/, without its ending
 */
const svg = (name) => readFileSync(path.join(resources, `${name}.svg`), 'utf8');

/** Fewer digits may be larger. @param {string} label */
function cell(label) {
  if (label === '') return svg('tray/read');
  const size = [46, 42, 30][label.length - 1];
  return svg('tray/unread').replace('font-size="40"', `font-size="${size}"`).replace('{{count}}', label);
}

/**
 * A page of drawings side by side.
 * @param {string} content
 * @param {number} side of each drawing, in pixels
 * @param {number} [columns]
 */
function pageOf(content, side, columns = 1) {
  const style = `body{margin:0;width:${side * columns}px;display:flex;flex-wrap:wrap;overflow:hidden}svg{width:${side}px;height:${side}px}`;
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
 * @typedef {object} Job
 * @property {string} page HTML
 * @property {string} file
 * @property {number} width
 * @property {number} height
 */

/**
 * One drawing as an image of this size.
 * @param {string} name of the image, below resources/
 * @param {string} content
 * @param {number} side
 * @returns {Job}
 */
function drawing(name, content, side) {
  return { page: pageOf(content, side), file: path.join(resources, name), width: side, height: side };
}

/** @returns {Job} all images of the tray, by unread count */
function traySheet() {
  const page = pageOf(LABELS.map(cell).join(''), SIDE, COLUMNS);
  const height = SIDE * Math.ceil(LABELS.length / COLUMNS);
  return { page, file: path.join(resources, 'tray', 'sheet.png'), width: SIDE * COLUMNS, height };
}

await main(async () => {
  const { electronDir } = await bootstrap({ electron: true, libraries: true, display: true });
  const display = await openDisplay({ size: '1280x1280' });
  const home = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-draw-'));
  const entry = path.join(home, 'main.cjs');
  const jobs = path.join(home, 'jobs.json');
  const icons = ICON_SIDES.map((side) =>
    drawing(`icons/${side}x${side}.png`, svg(side <= SMALL_UP_TO ? 'icon-small' : 'icon'), side),
  );
  writeFileSync(entry, PAINTER);
  writeFileSync(
    jobs,
    JSON.stringify([
      ...icons,
      drawing('icon.png', svg('icon'), 512),
      traySheet(),
      drawing('tray/template.png', svg('tray/template'), 18),
      drawing('tray/template@2x.png', svg('tray/template'), 36),
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
  if (code === 0) say(`Drawn into ${path.relative(root, resources)}.`);
  return code ?? 1;
});

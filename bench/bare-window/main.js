/**
 * The least that an Electron app can do: one window of the same size with one static page. What it takes
 * to start is what nobody can go below on this machine.
 */
import path from 'node:path';
import { app, BrowserWindow } from 'electron';

// Not awaited at the top level: Electron becomes ready only after this module has been evaluated.
void app.whenReady().then(async () => {
  const window = new BrowserWindow({ width: 1200, height: 800, show: false });
  window.once('ready-to-show', () => window.show());
  await window.loadFile(path.join(import.meta.dirname, 'index.html'));
  // Painted means the same as in the app: the frame after the one in which the content was there.
  await window.webContents.executeJavaScript(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => null)',
  );
  process.stdout.write('bare painted\n');
});

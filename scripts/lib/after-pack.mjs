/** What electron-builder runs on an unpacked app before it changes the fuses and makes packages of it. */
import { rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Leaves out the app that Electron shows where there is none: nothing but our own archive can be started.
 * @param {{ packager: { getResourcesDir(dir: string): string }, appOutDir: string }} context
 */
export function afterPack({ packager, appOutDir }) {
  rmSync(path.join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
}

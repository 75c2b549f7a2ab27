import { makePackages, type Updates } from '../../scripts/lib/package.mjs';
import { findElectronDir } from '../../scripts/setup/electron.mjs';

/** Makes the Debian package of what is in out/, as this version, into an empty folder; gives its absolute name. */
export async function makeDeb(output: string, version: string, updates: Updates): Promise<string> {
  const electronDir = findElectronDir();
  if (electronDir === null) throw new Error('There is no Electron yet: run "npm run electron:path" once.');
  const made = await makePackages({
    electronDir,
    isForTests: true,
    targets: ['deb'],
    output,
    version,
    updates,
    quiet: true,
  });
  const deb = made.find((name) => name.endsWith('.deb'));
  if (deb === undefined) throw new Error('electron-builder made no deb.');
  return deb;
}

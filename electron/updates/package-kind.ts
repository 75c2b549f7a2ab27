/** How this copy of the app came onto the computer, which decides how another version takes its place. */
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';

/** `deb`: dpkg installs it. `updater`: electron-updater does all of it. */
export type PackageKind = 'deb' | 'updater';

/** What it depends on. */
export interface PackageSituation {
  readonly platform: NodeJS.Platform;
  /** The packaged app's folder of resources, absolute. */
  readonly resources: string;
  /** Path of the running AppImage, when it is one. */
  readonly appImage: string | undefined;
}

/** Null for a copy that does not update itself, such as one that was unpacked from an archive. */
export function packageKind({ platform, resources, appImage }: PackageSituation): PackageKind | null {
  if (platform !== 'linux') return 'updater';
  // An AppImage is replaced where it lies; where that may not be written, another one has to be fetched by hand.
  if (appImage !== undefined) return isWritable(path.dirname(appImage)) ? 'updater' : null;
  try {
    return readFileSync(path.join(resources, 'package-type'), 'utf8').trim() === 'deb' ? 'deb' : null;
  } catch {
    return null;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

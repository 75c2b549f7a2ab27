import { app } from 'electron';
import type { UpdateParts, Updates } from './updates.ts';
import { readConfiguration } from './configuration.ts';
import { packageKind } from './package-kind.ts';
import { createUpdates } from './updates.ts';

/** What {@link createAppUpdates} needs. */
export interface AppUpdateParts extends Omit<UpdateParts, 'openSource'> {
  /** Called right before the app is to end for an installation: windows must close, and nothing may hold it. */
  readonly aboutToQuit: () => void;
}

/** The updates of this very copy of the app: off unless it was packaged with a feed, and installed in a way that allows it. */
export function createAppUpdates(parts: AppUpdateParts): Updates {
  const configuration = app.isPackaged ? readConfiguration(app.getAppPath()) : null;
  const kind = packageKind({
    platform: process.platform,
    resources: process.resourcesPath,
    appImage: process.env['APPIMAGE'],
  });
  if (configuration === null || kind === null) return createUpdates({ ...parts, openSource: null });
  return createUpdates({
    ...parts,
    openSource: async () => {
      const { openUpdateSource } = await import('./open-source.ts');
      return openUpdateSource({ configuration, kind, aboutToQuit: parts.aboutToQuit });
    },
  });
}

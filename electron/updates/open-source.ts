/** electron-updater behind the door that updates.ts knows. Loaded at the first check: most starts never need it. */
import { app } from 'electron';
import updater, { type UpdateInfo } from 'electron-updater';
import { type UpdateConfiguration, isAllowedUrl } from './configuration.ts';
import { type DebFile, installDeb } from './deb-installer.ts';
import type { PackageKind } from './package-kind.ts';
import { UpdateError } from './problems.ts';
import { signedFeed } from './signed-feed.ts';
import type { UpdateSource } from './updates.ts';

/** What {@link openUpdateSource} needs. */
export interface SourceParts {
  readonly configuration: UpdateConfiguration;
  readonly kind: PackageKind;
  /** Called right before the app is to end for an installation: windows must close, and nothing may hold it. */
  readonly aboutToQuit: () => void;
}

/** Sets electron-updater up. There is one in a process; its settings are said in full, whatever its defaults are. */
export function openUpdateSource({ configuration, kind, aboutToQuit }: SourceParts): UpdateSource {
  const { autoUpdater } = updater;
  autoUpdater.logger = null;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.allowPrerelease = false;
  autoUpdater.setFeedURL({
    provider: 'custom',
    updateProvider: signedFeed(configuration.feed, configuration.publicKey),
  });
  // Set last: other settings turn it on.
  autoUpdater.allowDowngrade = false;
  autoUpdater.disableWebInstaller = true;
  // Pieces put together from an older file need maps that nobody signs.
  autoUpdater.disableDifferentialDownload = true;
  // Each failure is also the end of the promise that was waited for; without a listener it would end the process.
  autoUpdater.on('error', () => {});
  // No redirect leads to a connection that anybody could change.
  autoUpdater.netSession.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !isAllowedUrl(url, configuration) }),
  );
  let found: UpdateInfo | null = null;
  let deb: DebFile | null = null;

  return {
    find: async () => {
      const result = await autoUpdater.checkForUpdates();
      found = result?.isUpdateAvailable === true ? result.updateInfo : null;
      return found?.version ?? null;
    },
    download: async (onProgress) => {
      const tell = ({ percent }: { readonly percent: number }): void => onProgress(percent);
      autoUpdater.on('download-progress', tell);
      try {
        const [file] = await autoUpdater.downloadUpdate();
        const sha512 = found?.files.find(({ url }) => url.endsWith('.deb'))?.sha512;
        if (kind === 'deb' && file !== undefined && sha512 !== undefined) deb = { file, sha512 };
      } finally {
        autoUpdater.off('download-progress', tell);
      }
    },
    install: async () => {
      if (kind === 'updater') {
        aboutToQuit();
        autoUpdater.quitAndInstall(true, true);
        return { isStarted: true };
      }
      if (deb === null) throw new UpdateError('untrusted', 'The release has no Debian package.');
      const outcome = await installDeb(deb);
      if (outcome.isStarted) {
        aboutToQuit();
        app.relaunch();
        app.quit();
      }
      return outcome;
    },
  };
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { errorKind } from '../desktop/error-kind.ts';
import type { Log } from '../engine-api.ts';

const CHECK_EVERY_MS = 6 * 60 * 60 * 1000;

/**
 * Looks for a newer release now and every six hours, and logs what it finds. It downloads and installs
 * nothing by itself. Only packaged apps with a configured feed look; all others do nothing.
 */
export async function startUpdateChecks(log: Log): Promise<void> {
  if (!app.isPackaged || !existsSync(path.join(process.resourcesPath, 'app-update.yml'))) return;
  // Loaded late: most starts never need it.
  const { default: updater } = await import('electron-updater');
  const { autoUpdater } = updater;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.logger = null;
  const check = async (): Promise<void> => {
    try {
      const found = await autoUpdater.checkForUpdates();
      log('updates.checked', { isAvailable: found?.isUpdateAvailable ?? false });
    } catch (error) {
      log('updates.failed', { error: errorKind(error) });
    }
  };
  await check();
  setInterval(() => void check(), CHECK_EVERY_MS).unref();
}

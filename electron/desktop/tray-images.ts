import path from 'node:path';
import { nativeImage, type NativeImage } from 'electron';
import { cellOf } from './tray-sheet.ts';

/** Images of the tray and of the taskbar, by unread count. */
export interface TrayImages {
  tray(unreadCount: number): NativeImage;
  /** Drawn over the app's button in the taskbar. */
  overlay(unreadCount: number): NativeImage;
}

/** Loads the images below `folder`. */
export function loadTrayImages(folder: string, platform: NodeJS.Platform): TrayImages {
  const sheet = nativeImage.createFromPath(path.join(folder, 'sheet.png'));
  const cell = (unreadCount: number): NativeImage => sheet.crop(cellOf(unreadCount));
  if (platform === 'darwin') {
    // The menu bar has one colour of its own; the count stands beside the image.
    const template = nativeImage.createFromPath(path.join(folder, 'template.png'));
    template.setTemplateImage(true);
    return { tray: () => template, overlay: cell };
  }
  return {
    // Windows does not scale well by itself; panels on Linux do, and some are high.
    tray: (count) =>
      platform === 'win32' ? cell(count).resize({ width: 32, quality: 'best' }) : cell(count),
    overlay: (count) => cell(count).resize({ width: 32, quality: 'best' }),
  };
}

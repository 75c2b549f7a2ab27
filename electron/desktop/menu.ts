import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Words } from '../../shared/words/words.ts';

/** The smallest menu that gives every system its editing, zoom, window and quit shortcuts. */
export function installMenu(platform: NodeJS.Platform, { say }: Words): void {
  const template: MenuItemConstructorOptions[] = [
    platform === 'darwin' ? { role: 'appMenu' } : { label: say('menu.file'), submenu: [{ role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: say('menu.view'),
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
  ];
  if (platform === 'darwin') template.push({ role: 'windowMenu' });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Words } from '../../shared/words/words.ts';

/** The smallest menu that gives every system its editing, zoom, window and quit shortcuts. */
export function installMenu(platform: NodeJS.Platform, { say }: Words): void {
  const template: MenuItemConstructorOptions[] = [
    platform === 'darwin'
      ? { role: 'appMenu' }
      : { label: say('menu.file'), submenu: [{ role: 'quit', label: say('menu.quit') }] },
    {
      label: say('menu.edit'),
      submenu: [
        { role: 'undo', label: say('menu.undo') },
        { role: 'redo', label: say('menu.redo') },
        { type: 'separator' },
        { role: 'cut', label: say('menu.cut') },
        { role: 'copy', label: say('common.copy') },
        { role: 'paste', label: say('menu.paste') },
        { role: 'selectAll', label: say('menu.selectAll') },
      ],
    },
    {
      label: say('menu.view'),
      submenu: [
        { role: 'resetZoom', label: say('menu.actualSize') },
        { role: 'zoomIn', label: say('menu.zoomIn') },
        { role: 'zoomOut', label: say('menu.zoomOut') },
        { type: 'separator' },
        { role: 'togglefullscreen', label: say('menu.fullScreen') },
      ],
    },
  ];
  if (platform === 'darwin') template.push({ role: 'windowMenu' });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

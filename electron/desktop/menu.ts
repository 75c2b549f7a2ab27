import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Words } from '../../shared/words/words.ts';
import type { ZoomStep } from './zoom.ts';

/** The smallest menu that gives every system its editing, zoom, window and quit shortcuts. */
export function installMenu(platform: NodeJS.Platform, { say }: Words, zoom: (step: ZoomStep) => void): void {
  // The roles' own zoom has no limits and is forgotten at the end.
  const zooming = (step: ZoomStep, label: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => zoom(step),
  });
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
        zooming('reset', say('menu.actualSize'), 'CommandOrControl+0'),
        zooming('in', say('menu.zoomIn'), 'CommandOrControl+Plus'),
        zooming('out', say('menu.zoomOut'), 'CommandOrControl+-'),
        { type: 'separator' },
        { role: 'togglefullscreen', label: say('menu.fullScreen') },
      ],
    },
  ];
  if (platform === 'darwin') template.push({ role: 'windowMenu' });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

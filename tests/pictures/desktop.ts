/**
 * `npm run screenshots -- desktop [--out FOLDER]`: the app on a desktop of real programs, with its icon in a real tray
 * and its notification by a real daemon. Fails when either does not come, or when the taskbar would not know the app.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { takePicture } from '../../scripts/lib/display.mjs';
import { main, Trouble } from '../../scripts/lib/process.mjs';
import { DESKTOP_ENTRY } from '../../electron/desktop/identity.ts';
import { PROJECT_DIR } from '../harness/backend.ts';
import { createParts, type EndingParts } from '../harness/parts.ts';
import { waitFor } from '../harness/wait.ts';
import { afternoonZone } from './act.ts';
import { startRealDesktop } from './real-desktop.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: path.join(PROJECT_DIR, '.cache', 'screenshots', 'desktop') } },
});
const FONTS = path.join(import.meta.dirname, 'fonts.conf');

async function play(parts: EndingParts, folder: string): Promise<void> {
  const desktop = await startRealDesktop(parts);
  const { url } = await parts.backend();
  const maya = await parts.client(url, 'maya@demo.test');
  const jordan = await parts.client(url, 'trainer@demo.test');
  const { id } = await maya.conversationWith('Jordan Reyes');
  const app = await parts.app([], {
    ...desktop.env,
    TZ: afternoonZone(new Date()),
    FONTCONFIG_FILE: FONTS,
  });
  const shoot = async (name: string): Promise<void> => {
    const file = path.join(folder, `${name}.png`);
    await takePicture({ ...process.env, ...desktop.env }, file);
    process.stdout.write(`${file}\n`);
  };

  await app.signIn(url);
  await app.openThread('Zoë Martin');
  await app.bubbles('Zoë Martin').last().waitFor();
  const handle = await app.electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNativeWindowHandle().readUInt32LE(0) ?? 0,
  );
  const windowClass = await desktop.property(String(handle), 'WM_CLASS');
  if (!windowClass.includes(`"${DESKTOP_ENTRY}"`)) {
    throw new Trouble(`The taskbar would not find the app's entry: ${windowClass}`);
  }
  await shoot('window');

  await maya.send(id, 'Morning! Knee feels fine after the long run. Shall I do the intervals today? 💪');
  await waitFor('the notification', async () => (await desktop.shownNotifications()) === 1);
  await shoot('notification');

  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  for (const conversation of await jordan.conversations())
    await jordan.markRead(conversation.id, conversation.lastSeq);
  await waitFor('the notification to go', async () => (await desktop.shownNotifications()) === 0);
  await shoot('all-read');
}

await main(async () => {
  const folder = path.resolve(values.out);
  mkdirSync(folder, { recursive: true });
  const parts = createParts();
  try {
    await play(parts, folder);
  } finally {
    await parts.end();
  }
  return 0;
});

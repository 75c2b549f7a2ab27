/**
 * `npm run screenshots -- [--out FOLDER] [--act NAME …]`: every state of the built app as pictures, and all of them on
 * one page, `index.html`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { AppUnderTest } from '../harness/app.ts';
import { PROJECT_DIR } from '../harness/backend.ts';
import { createParts } from '../harness/parts.ts';
import { afternoonZone } from './act.ts';
import { ACTS } from './acts.ts';
import { createCamera } from './camera.ts';
import { writeContactSheet } from './contact-sheet.ts';

const FONTS = path.join(import.meta.dirname, 'fonts.conf');

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(PROJECT_DIR, '.cache', 'screenshots') },
    act: { type: 'string', multiple: true, default: ACTS.map(({ name }) => name) },
  },
});
const unknown = values.act.filter((name) => !ACTS.some((act) => act.name === name));
if (unknown.length > 0) {
  throw new Error(
    `There is no act “${unknown.join('”, “')}”: there are ${ACTS.map(({ name }) => name).join(', ')}.`,
  );
}

const folder = path.resolve(values.out);
const camera = createCamera(folder);
for (const act of ACTS.filter(({ name }) => values.act.includes(name))) {
  process.stderr.write(`${act.name} …\n`);
  const parts = createParts();
  const apps: AppUnderTest[] = [];
  try {
    await act.play({
      parts,
      shoot: camera.shoot,
      openApp: async (args) => {
        const app = await parts.app(args, { TZ: afternoonZone(new Date()), FONTCONFIG_FILE: FONTS });
        apps.push(app);
        return app;
      },
    });
  } catch (error) {
    for (const app of apps) await app.saveScreenshot(`${act.name}-failed`);
    throw error;
  } finally {
    await parts.end();
  }
}
const sheet = writeContactSheet(folder, camera.pictures);
process.stdout.write(`${camera.pictures.length} states: ${sheet}\n`);

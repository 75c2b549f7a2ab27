/**
 * `npm run screenshots -- [--out FOLDER] [--act NAME …]`: every state of the built app as pictures, and all of them on
 * one page, `index.html`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_DIR } from '../harness/backend.ts';
import { ACTS } from './acts.ts';
import { createCamera } from './camera.ts';
import { writeContactSheet } from './contact-sheet.ts';
import { playAct } from './play.ts';

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
  await playAct(act, camera.shoot, { FONTCONFIG_FILE: FONTS });
}
const sheet = writeContactSheet(folder, camera.pictures);
process.stdout.write(`${camera.pictures.length} states: ${sheet}\n`);

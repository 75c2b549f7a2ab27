import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from '../../scripts/lib/process.mjs';
import { WINDOWS } from '../pictures/camera.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-screenshots-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Width and height of a PNG, by its header. */
function sizeOf(file: string): { readonly width: number; readonly height: number } {
  const header = readFileSync(file);
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}

it('pictures of the app are taken in both themes, wide and narrow, and put on one page', async () => {
  const { code, stdout } = await run(
    process.execPath,
    ['tests/pictures/main.ts', '--act', 'sign-in', '--out', folder],
    { capture: true },
  );
  expect(code).toBe(0);
  expect(stdout).toContain('3 states');
  const sheet = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const pictures = readdirSync(folder).filter((file) => file.endsWith('.png'));
  expect(pictures).toHaveLength(12);
  for (const file of pictures) {
    const window = file.includes('-narrow-') ? 'narrow' : 'wide';
    expect(sizeOf(path.join(folder, file)), file).toEqual(WINDOWS[window]);
    expect(sheet).toContain(`src="${file}"`);
  }
  const looks = new Set(pictures.map((file) => readFileSync(path.join(folder, file)).toString('base64')));
  expect(looks.size, 'pictures that differ').toBe(12);
});

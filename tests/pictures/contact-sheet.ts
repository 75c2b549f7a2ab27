import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { WINDOWS, type Picture } from './camera.ts';

const STYLE = `
  body { margin: 2rem; font: 14px/1.5 system-ui, sans-serif; background: #eceef2; color: #16181d; }
  section { margin: 0 0 3rem; }
  h2 { font-size: 1rem; margin: 0 0 .75rem; }
  h2 small { font-weight: 400; color: #4d525d; }
  div { display: flex; flex-wrap: wrap; gap: 1rem; }
  img { display: block; height: 400px; width: auto; box-shadow: 0 1px 6px rgb(22 24 29 / 24%); }
`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function sectionOf({ name, caption, shots }: Picture): string {
  const images = shots.map(({ file, theme, window }) => {
    const { width, height } = WINDOWS[window];
    const alt = escapeHtml(`${caption}: ${window}, ${theme}`);
    return `<a href="${file}"><img src="${file}" width="${width}" height="${height}" alt="${alt}" loading="lazy"></a>`;
  });
  return `<section><h2>${escapeHtml(caption)} <small>${name}</small></h2><div>${images.join('\n')}</div></section>`;
}

/** Writes `index.html` beside the pictures: all of them on one page. @returns its path */
export function writeContactSheet(folder: string, pictures: readonly Picture[]): string {
  const file = path.join(folder, 'index.html');
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><title>Trainer Inbox: ${pictures.length} states</title><style>${STYLE}</style>\n${pictures.map(sectionOf).join('\n')}\n`,
  );
  return file;
}

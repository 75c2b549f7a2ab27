/** The page in the place of one that cannot live: no script, no picture, nothing that could fail again. */
import type { Words } from '../../shared/words/words.ts';
import { APP_ORIGIN, APP_SCHEME } from './assets.ts';

/** Address of the page. */
export const TROUBLE_PAGE = `${APP_ORIGIN}/trouble.html`;
const TROUBLE_STYLE = `${APP_ORIGIN}/trouble.css`;
/** Where its one link leads: nowhere, but following it is an answer. */
export const RESTART_LINK = `${APP_SCHEME}://restart/`;

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; gap: 8px;
  padding: 32px; box-sizing: border-box; text-align: center;
  background: light-dark(#ffffff, #17181b); color: light-dark(#16181d, #eceef2); }
h1 { margin: 0; font-size: 16px; font-weight: 600; }
p { margin: 0; max-width: 360px; color: light-dark(#4d525d, #b3b8c3); text-wrap: balance; }
a { margin-top: 16px; padding: 7px 14px; border-radius: 8px; font-weight: 500; text-decoration: none;
  background: light-dark(#2b5fde, #3366e3); color: #ffffff; }
a:hover { background: light-dark(#2453c6, #2b5ad2); }
a:focus-visible { outline: 2px solid light-dark(#2456d0, #8caeff); outline-offset: 2px; }
`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
}

/** A file of the page that is made rather than read, or null for every other address. */
export function troubleAsset(
  { language, say }: Words,
  url: string,
): { readonly body: string; readonly mimeType: string } | null {
  if (url === TROUBLE_STYLE) return { body: STYLE, mimeType: 'text/css; charset=utf-8' };
  if (url !== TROUBLE_PAGE) return null;
  const body = `<!doctype html>
<html lang="${escape(language)}">
  <head>
    <meta charset="utf-8" />
    <title>${escape(say('trouble.title'))}</title>
    <link rel="stylesheet" href="${TROUBLE_STYLE}" />
  </head>
  <body>
    <h1>${escape(say('trouble.title'))}</h1>
    <p>${escape(say('trouble.text'))}</p>
    <a href="${RESTART_LINK}" autofocus>${escape(say('trouble.restart'))}</a>
  </body>
</html>
`;
  return { body, mimeType: 'text/html; charset=utf-8' };
}

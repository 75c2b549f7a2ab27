import path from 'node:path';

/** Scheme of the window's page; registered as privileged before the app is ready. */
export const APP_SCHEME = 'app';
const APP_HOST = 'inbox';
/** Beginning of every address of the app's own. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
/** Address of the window's page. */
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** The page may load its own files and nothing else; no eval, no inline script, no network. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file that may be served, and its media type. */
export interface Asset {
  readonly file: string;
  readonly mimeType: string;
}

/** True for addresses of the app's own pages. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST;
}

/**
 * Maps an `app://` address to a file below `root`.
 * @returns null for a foreign host, a path that leads outside `root` in any spelling, or a file type
 * that the page has no use for.
 */
export function resolveAsset(root: string, url: string): Asset | null {
  if (!isAppUrl(url)) return null;
  const pathname = decodePath(new URL(url).pathname);
  if (pathname === null || pathname.includes('\0') || pathname.includes('\\')) return null;
  const file = path.resolve(root, `.${pathname}`);
  const inside = path.relative(path.resolve(root), file);
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return null;
  const mimeType = MIME_TYPES[path.extname(file)];
  return mimeType === undefined ? null : { file, mimeType };
}

function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}

import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_PAGE, CONTENT_SECURITY_POLICY, isAppUrl, resolveAsset } from '../../electron/desktop/assets.ts';

const root = path.resolve('/srv/app/renderer');

describe('files of the page', () => {
  it.each([
    [APP_PAGE, 'index.html', 'text/html; charset=utf-8'],
    ['app://inbox/assets/index-BDm.js', 'assets/index-BDm.js', 'text/javascript; charset=utf-8'],
    ['app://inbox/assets/index.css?v=1#top', 'assets/index.css', 'text/css; charset=utf-8'],
    ['app://inbox/assets/Inter%20Variable.woff2', 'assets/Inter Variable.woff2', 'font/woff2'],
    ['app://inbox/icon.svg', 'icon.svg', 'image/svg+xml'],
  ])('%s is served with its media type', (url, file, mimeType) => {
    expect(resolveAsset(root, url)).toEqual({ file: path.join(root, file), mimeType });
  });

  it.each([
    'app://inbox/..%2f..%2fpackage.html',
    'app://inbox/..%2F..%2Findex.html',
    'app://inbox/%2e%2e%2f%2e%2e%2findex.html',
    'app://inbox/assets/..%5c..%5c..%5cindex.html',
    'app://inbox/assets\\..\\..\\..\\index.html',
    'app://inbox/index.html%00.js',
    'app://inbox/%E0%A4%A.html',
    'app://inbox/',
    'app://inbox',
    'app://inbox/..%2frenderer-of-another/index.html',
    'app://elsewhere/index.html',
    'app://inbox:1/index.html',
    'app://user@elsewhere/index.html',
    'https://inbox/index.html',
    'file:///srv/app/renderer/index.html',
    'app://inbox/assets/index.js.map',
    'app://inbox/.env',
    'app://inbox/outbox.db',
    'not an address',
  ])('%s is not served', (url) => {
    expect(resolveAsset(root, url)).toBeNull();
  });

  it('never leave the folder, however the path is spelled', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2e%2e',
      '/',
      '%2f',
      '\\',
      '%5c',
      '%00',
      'a',
      'C:',
      '//',
      '~',
      '%252f',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const asset = resolveAsset(root, `app://inbox/${pieces.join('')}.html`);
        if (asset !== null) expect(asset.file.startsWith(root + path.sep)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('live under one exact origin', () => {
    expect(isAppUrl(APP_PAGE)).toBe(true);
    expect(isAppUrl('app://inbox.example/index.html')).toBe(false);
  });

  it('may run no inline script, reach no network and be framed by nobody', () => {
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(CONTENT_SECURITY_POLICY.split('; ')).toContain(directive);
    }
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:/);
  });
});

import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { APP_SCHEME, CONTENT_SECURITY_POLICY, resolveAsset } from './assets.ts';

/** Makes `app://` a standard, secure scheme. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the built page from `root` to windows of `session`, each response under the content security policy. */
export function serveApp(session: Session, root: string): void {
  session.protocol.handle(APP_SCHEME, async (request) => {
    const asset = request.method === 'GET' ? resolveAsset(root, request.url) : null;
    if (asset === null) return notFound();
    try {
      return new Response(new Uint8Array(await readFile(asset.file)), {
        headers: {
          'content-type': asset.mimeType,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-cache',
        },
      });
    } catch {
      return notFound();
    }
  });
}

/** Denies all that an inbox never needs: permissions, downloads and every request that leaves the page's own files. */
export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // A spell checker that is merely disabled still fetches a dictionary from Chromium's maker; one without languages does not.
  session.setSpellCheckerLanguages([]);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] },
    (_request, answer) => answer({ cancel: true }),
  );
}

function notFound(): Response {
  return new Response(null, { status: 404, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY } });
}

import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { APP_SCHEME, CONTENT_SECURITY_POLICY, resolveAsset } from './assets.ts';

/** Makes `app://` a standard, secure scheme. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** An answer that is made rather than read from a file, or null for an address that has none. */
export type MadeAsset = (url: string) => { readonly body: string; readonly mimeType: string } | null;

/**
 * Serves the built page from `root` to windows of `session`, and what `make` makes, each response under the content
 * security policy.
 */
export function serveApp(session: Session, root: string, make: MadeAsset): void {
  session.protocol.handle(APP_SCHEME, async (request) => {
    const made = request.method === 'GET' ? make(request.url) : null;
    if (made !== null) return answer(made.body, made.mimeType);
    const asset = request.method === 'GET' ? resolveAsset(root, request.url) : null;
    if (asset === null) return notFound();
    try {
      return answer(new Uint8Array(await readFile(asset.file)), asset.mimeType);
    } catch {
      return notFound();
    }
  });
}

function answer(body: string | Uint8Array<ArrayBuffer>, mimeType: string): Response {
  return new Response(body, {
    headers: {
      'content-type': mimeType,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    },
  });
}

function notFound(): Response {
  return new Response(null, { status: 404, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY } });
}

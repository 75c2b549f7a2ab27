import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

const INVALID: ClientError = { code: 'invalid_server' };
const INSECURE: ClientError = {
  code: 'insecure_server',
};

/** True for names and addresses of this computer itself. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * The origin that a person means by what they typed: the scheme may be missing, path and slashes are
 * cut off. Plain HTTP is for this computer only.
 */
export function serverOrigin(typed: string): Result<string, ClientError> {
  const text = typed.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `https://${text}`);
  if (!url || url.hostname === '' || url.username !== '' || url.password !== '') return fail(INVALID);
  if (!hasScheme && isLoopback(url.hostname)) return ok(`http://${withoutDefaultPort(text)}`);
  if (url.protocol === 'http:') return isLoopback(url.hostname) ? ok(url.origin) : fail(INSECURE);
  return url.protocol === 'https:' ? ok(url.origin) : fail(INVALID);
}

/** Host and port of an address without a scheme, as HTTP would have them. */
function withoutDefaultPort(text: string): string {
  return new URL(`http://${text}`).host;
}

/** The ways to a server that the system's proxy settings name. */

/** Straight to the server, or through a proxy that is asked for a tunnel. */
export type Route =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'proxy';
      readonly host: string;
      readonly port: number;
      /** The proxy itself is spoken to over TLS. */
      readonly isSecure: boolean;
    };

const DIRECT: Route = { kind: 'direct' };
const PROXY = /^(PROXY|HTTP|HTTPS)\s+(?:\[([\da-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i;

/**
 * Reads what `session.resolveProxy` and proxy scripts answer, such as `PROXY 10.0.0.1:3128; DIRECT`: ways in the order
 * in which they are to be tried. Kinds that the app does not speak, such as SOCKS, are left out.
 */
export function routesIn(answer: string): readonly Route[] {
  return answer.split(';').flatMap((part) => {
    const words = part.trim();
    if (/^DIRECT$/i.test(words)) return [DIRECT];
    const [, kind, address, name, port] = PROXY.exec(words) ?? [];
    const host = address ?? name;
    if (kind === undefined || host === undefined) return [];
    const isSecure = kind.toUpperCase() === 'HTTPS';
    return [{ kind: 'proxy', host, port: Number(port ?? (isSecure ? 443 : 80)), isSecure }];
  });
}

/** True for this very computer, to which no proxy leads. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Tunnels through HTTP proxies, by CONNECT: what travels in them the proxy cannot read. */
import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { Socket } from 'node:net';
import type { Route } from './routes.ts';

/** The proxy answered something else than a tunnel. */
class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
  readonly code: string;

  /** @param status of the proxy's answer, such as 407 for one that wants a password */
  constructor(status: number) {
    const code = `PROXY_${status}`;
    super(code);
    this.code = code;
  }
}

/** What is to be reached through the proxy. */
interface Target {
  readonly host: string;
  readonly port: number;
}

/** Opens a tunnel; rejects with `PROXY_407` or the like, or with what the way to the proxy threw. */
export function openTunnel(
  proxy: Extract<Route, { kind: 'proxy' }>,
  { host, port }: Target,
  timeoutMs: number,
): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const asked = (proxy.isSecure ? requestSecurely : requestPlainly)({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority },
      agent: false,
      timeout: timeoutMs,
    });
    asked.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.setTimeout(0);
        return resolve(socket);
      }
      socket.destroy();
      reject(new ProxyRefusal(statusCode));
    });
    asked.once('timeout', () => asked.destroy(new Error('ETIMEDOUT')));
    asked.once('error', reject);
    asked.end();
  });
}

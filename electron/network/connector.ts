/**
 * Connections of the main process to the server, made as the system wants them: through its proxy, and trusting the
 * certificates that it trusts. Node by itself does neither.
 */
import { once } from 'node:events';
import { connect as connectPlainly, isIP, type Socket } from 'node:net';
import {
  connect as connectSecurely,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import { isLoopback, type Route, routesIn } from './routes.ts';
import { openTunnel } from './tunnel.ts';

/** Where a connection is to lead. */
export interface Destination {
  /** Name or address, the latter without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Opens a connection that is ready for HTTP; rejects with what the network, the proxy or the certificate check threw. */
export type Connector = (to: Destination) => Promise<Socket>;

/** What {@link createConnector} needs. */
export interface ConnectorParts {
  /** The system's proxies for an address, as Electron's `session.resolveProxy` tells them. */
  readonly resolveProxy: (url: string) => Promise<string>;
}

/** Each step of a connection may take this long, in milliseconds. */
const STEP_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** Nobody whom Node trusts has signed the certificate; whoever runs this computer may know better. */
const UNKNOWN_SIGNER =
  /^(UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT)$/;

/** Creates the connector. */
export function createConnector({ resolveProxy }: ConnectorParts): Connector {
  let systemTrust: SecureContext | undefined;

  /** Reading the system's certificates takes a tenth of a second: only where Node's own are not enough. */
  function trustSystem(): SecureContext {
    systemTrust ??= createSecureContext({
      ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
    });
    return systemTrust;
  }

  async function routesTo({ host, port, isSecure }: Destination): Promise<readonly Route[]> {
    if (isLoopback(host)) return [{ kind: 'direct' }];
    const name = isIP(host) === 6 ? `[${host}]` : host;
    return routesIn(await resolveProxy(`${isSecure ? 'https' : 'http'}://${name}:${port}/`));
  }

  async function connectBy(route: Route, to: Destination): Promise<Socket> {
    const socket = await (route.kind === 'direct' ? reach(to) : openTunnel(route, to, STEP_MS));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return to.isSecure ? secure(socket, to, systemTrust) : socket;
  }

  async function connectByWithTrust(route: Route, to: Destination): Promise<Socket> {
    try {
      return await connectBy(route, to);
    } catch (error) {
      if (systemTrust !== undefined || !UNKNOWN_SIGNER.test(codeOf(error))) throw error;
      trustSystem();
      return connectBy(route, to);
    }
  }

  return async (to) => {
    let problem: unknown = new Error('The system names no way to the server that the app knows.');
    for (const route of await routesTo(to)) {
      try {
        return await connectByWithTrust(route, to);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  };
}

async function reach({ host, port }: Destination): Promise<Socket> {
  const socket = connectPlainly({ host, port });
  return ready(socket, 'connect');
}

async function secure(
  socket: Socket,
  { host }: Destination,
  secureContext: SecureContext | undefined,
): Promise<Socket> {
  const secured = connectSecurely({
    socket,
    host,
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  return ready(secured, 'secureConnect');
}

/** Waits until the socket is what it shall be; one that fails or takes too long is destroyed. */
async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  const giveUp = setTimeout(() => socket.destroy(new Error('ETIMEDOUT')), STEP_MS);
  try {
    await once(socket, event);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(giveUp);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Lets the HTTP clients of Node, `fetch` and WebSockets connect by a connector. */
import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { callbackify } from 'node:util';
import type { HttpConnectionSettings } from '../sync/http-connections.ts';
import type { Connector } from './connector.ts';

/** A name or an address without its brackets, and a port, which may be the usual one. */
function destination(protocol: string, host: string, port: string | number | null | undefined) {
  const isSecure = protocol === 'https:';
  const number = Number(port ?? 0);
  return { host: host.replace(/^\[|\]$/g, ''), port: number || (isSecure ? 443 : 80), isSecure };
}

/** The agent for requests to this origin; keeps no connection. */
export function createAgent(connect: Connector, origin: string): PlainAgent {
  const { protocol } = new URL(origin);
  const agent = protocol === 'https:' ? new SecureAgent() : new PlainAgent();
  const open = callbackify(connect);
  agent.createConnection = ({ host, port }, done = () => {}) => {
    open(destination(protocol, host ?? '', port), done);
    return null;
  };
  return agent;
}

/** The same for `fetch`. */
export function fetchSettings(connect: Connector): HttpConnectionSettings {
  const open = callbackify(connect);
  return {
    connect: ({ protocol, hostname, port }, done) => open(destination(protocol, hostname, port), done),
  };
}

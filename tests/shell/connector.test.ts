/** The way to the server through the system's proxy, on real sockets; D13 of the desktop's table. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAgent, fetchSettings } from '../../electron/network/agents.ts';
import { createConnector } from '../../electron/network/connector.ts';
import { isLoopback, routesIn } from '../../electron/network/routes.ts';
import { noAnswer } from '../../electron/sync/api-errors.ts';
import { createSocketFactory } from '../../electron/sync/connection.ts';
import { dropHttpConnections } from '../../electron/sync/http-connections.ts';
import { type GuardedNetwork, openGuardedNetwork } from '../harness/guarded-network.ts';
import { ScriptedServer } from '../engine/support/scripted-server.ts';
import { EventLog } from '../harness/wait.ts';

describe('what the system says of the way to a server (D13)', () => {
  const proxy = (host: string, port: number, isSecure = false) => ({ kind: 'proxy', host, port, isSecure });
  it.each([
    ['DIRECT', [{ kind: 'direct' }]],
    ['PROXY 10.0.0.1:3128', [proxy('10.0.0.1', 3128)]],
    ['PROXY proxy.example', [proxy('proxy.example', 80)]],
    ['HTTPS proxy.example', [proxy('proxy.example', 443, true)]],
    ['PROXY [fe80::1]:8080; DIRECT', [proxy('fe80::1', 8080), { kind: 'direct' }]],
    ['SOCKS5 10.0.0.1:1080; PROXY b:1', [proxy('b', 1)]],
    ['SOCKS 10.0.0.1:1080', []],
    ['', []],
    ['PROXY a b:1', []],
  ])('%j', (answer, routes) => {
    expect(routesIn(answer)).toEqual(routes);
  });

  it.each(['localhost', '127.0.0.1', '127.4.5.6', '::1', '[::1]'])('is not asked about %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['127.0.0.1.example', 'localhost.example', '10.0.0.1', 'inbox.test'])(
    'is asked about %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('a network that only a proxy leads out of (D13)', () => {
  let network: GuardedNetwork;
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    network = await openGuardedNetwork(server.url);
    onTestFinished(() => network.close());
  });
  afterEach(() => dropHttpConnections());

  /** The connector of a system that names these ways. */
  function by(answer: string) {
    return createConnector({ resolveProxy: async () => answer });
  }

  async function problemOf(answer: string): Promise<string> {
    dropHttpConnections(fetchSettings(by(answer)));
    const thrown = await fetch(`${network.origin}/api/health`).then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
    return noAnswer(thrown, false).error.code;
  }

  it('is left through it, and a certificate that nobody vouches for is refused at the other end', async () => {
    expect(await problemOf(`PROXY ${network.proxy}`)).toBe('certificate');
    const { host } = new URL(network.origin);
    // Once by what Node trusts, and once more by what the system trusts besides.
    expect(network.asked).toEqual([host, host]);
  });

  it('is left by the next way that is named when the first one leads nowhere', async () => {
    expect(await problemOf(`PROXY 127.0.0.1:1; PROXY ${network.proxy}`)).toBe('certificate');
    expect(network.asked.length).toBeGreaterThan(0);
  });

  it.each([407, 403, 502])('that the proxy keeps closed with status %i is said to be so', async (status) => {
    network.answerWith(status);
    expect(await problemOf(`PROXY ${network.proxy}`)).toBe('proxy_refused');
  });

  it('without a way that the app knows is out of reach', async () => {
    expect(await problemOf('SOCKS5 127.0.0.1:1080')).toBe('unreachable');
    expect(network.asked).toEqual([]);
  });

  it('lets the socket through as well, and nothing goes another way', async () => {
    const factory = createSocketFactory((origin) => createAgent(by(`PROXY ${network.proxy}`), origin));
    const errors = new EventLog<string>();
    const socket = factory(network.origin, (give) => give('token'));
    onTestFinished(() => socket.disconnect());
    socket.on('connect_error', (error) => errors.add(String(error)));
    socket.connect();
    await errors.find('the refused certificate', () => true);
    expect(network.asked[0]).toBe(new URL(network.origin).host);
  });

  it('does not stand between the app and a server on this computer', async () => {
    dropHttpConnections(fetchSettings(createConnector({ resolveProxy: async () => expect.unreachable() })));
    const answer = await fetch(`${server.url}/api/messaging/feed`);
    expect(answer.status).toBe(401);
  });
});

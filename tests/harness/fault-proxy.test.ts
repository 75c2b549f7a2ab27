import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faults, rateLimited, startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { waitFor } from './wait.ts';

const ANY = () => true;

describe('the fault proxy', () => {
  const served: string[] = [];
  const http = createServer((request, response) => {
    served.push(request.url ?? '');
    response.setHeader('connection', 'close').end('stored');
  });
  const sockets = new SocketServer(http);
  const open: Socket[] = [];
  let proxy: FaultProxy;

  beforeAll(async () => {
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    proxy = await startFaultProxy(`http://127.0.0.1:${address.port}`);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  afterAll(async () => {
    await proxy.close();
    await sockets.close();
  });

  const ask = (path: string) => fetch(`${proxy.url}${path}`, { redirect: 'manual' });
  const openSocket = async (): Promise<Socket> => {
    const socket = io(proxy.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    open.push(socket);
    await new Promise((resolve, reject) =>
      socket.once('connect', () => resolve(null)).once('connect_error', reject),
    );
    return socket;
  };

  it('passes requests and sockets', async () => {
    expect(await (await ask('/plain')).text()).toBe('stored');
    const socket = await openSocket();
    expect(socket.connected).toBe(true);
  });

  it('loses an answer only after the server has given it, and only once', async () => {
    const rule = proxy.addRule(({ path }) => path === '/lost', faults.loseAnswer);
    await expect(ask('/lost')).rejects.toThrow();
    expect(served).toContain('/lost');
    expect(rule.hits()).toBe(1);
    expect(await (await ask('/lost')).text()).toBe('stored');
  });

  it('holds a request until the rule is removed', async () => {
    const rule = proxy.addRule(ANY, faults.holdRequest);
    const answer = ask('/held');
    await waitFor('the request to be held', () => rule.hits() === 1);
    expect(served).not.toContain('/held');
    rule.remove();
    expect(await (await answer).text()).toBe('stored');
  });

  it('answers in the place of the server', async () => {
    proxy.addRule(ANY, faults.htmlPage);
    expect((await ask('/html')).headers.get('content-type')).toBe('text/html');
    proxy.addRule(ANY, faults.redirect);
    expect((await ask('/redirect')).status).toBe(302);
    proxy.addRule(ANY, faults.unavailable);
    expect((await ask('/away')).status).toBe(503);
    proxy.addRule(ANY, rateLimited(7));
    expect((await ask('/limited')).headers.get('retry-after')).toBe('7');
    expect(served).not.toContain('/limited');
  });

  it('refuses upgrades while requests still pass', async () => {
    proxy.refuseUpgrades(true);
    await expect(openSocket()).rejects.toThrow();
    expect((await ask('/polling')).status).toBe(200);
    proxy.refuseUpgrades(false);
    expect((await openSocket()).connected).toBe(true);
  });

  it('cuts live sockets', async () => {
    const socket = await openSocket();
    const lost = new Promise((resolve) => socket.once('disconnect', resolve));
    proxy.cutSockets();
    await lost;
  });

  it('refuses connections and passes them again on the same port', async () => {
    await proxy.refuse();
    await expect(ask('/refused')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await proxy.pass();
    expect((await ask('/back')).status).toBe(200);
  });

  it('swallows requests and socket traffic, and cuts them when it passes again', async () => {
    const socket = await openSocket();
    const lost = new Promise((resolve) => socket.once('disconnect', resolve));
    proxy.blackHole();
    const request = ask('/swallowed');
    await waitFor('the request to arrive', () => proxy.requests.some(({ path }) => path === '/swallowed'));
    await proxy.pass();
    await expect(request).rejects.toThrow();
    await lost;
    expect(served).not.toContain('/swallowed');
  });
});

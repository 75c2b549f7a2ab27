import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { faults, rateLimited } from './faults.ts';
import { waitFor } from './wait.ts';

const ANY = () => true;

describe('the fault proxy', () => {
  const served: string[] = [];
  const aborted: string[] = [];
  const http = createServer((request, response) => {
    served.push(request.url ?? '');
    request.once('error', () => aborted.push(request.url ?? ''));
    request.once('end', () => response.setHeader('connection', 'close').end('stored'));
    request.resume();
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

  it('resets a request before the server hears of it', async () => {
    proxy.addRule(({ path }) => path === '/unheard', faults.loseRequest);
    await expect(ask('/unheard')).rejects.toThrow();
    expect(served).not.toContain('/unheard');
  });

  it('resets a request of which the server got only half', async () => {
    proxy.addRule(({ path }) => path === '/half-request', faults.cutRequest);
    const body = 'x'.repeat(1_000);
    await expect(fetch(`${proxy.url}/half-request`, { method: 'POST', body })).rejects.toThrow();
    await waitFor('the server to see it end', () => aborted.includes('/half-request'));
  });

  it('resets an answer in the middle', async () => {
    proxy.addRule(({ path }) => path === '/half', faults.cutAnswer);
    await expect(ask('/half').then((answer) => answer.text())).rejects.toThrow();
    expect(served).toContain('/half');
  });

  it('passes half of an answer off as the whole', async () => {
    proxy.addRule(ANY, faults.truncateAnswer);
    const answer = await ask('/truncated');
    expect([answer.status, await answer.text()]).toEqual([200, 'sto']);
  });

  it('gives the server a request twice', async () => {
    proxy.addRule(({ path }) => path === '/twice', faults.duplicateRequest);
    expect(await (await ask('/twice')).text()).toBe('stored');
    await waitFor('both', () => served.filter((path) => path === '/twice').length === 2);
  });

  it('replays a request when the rule is removed', async () => {
    const rule = proxy.addRule(({ path }) => path === '/replayed', faults.replayRequest);
    expect(await (await ask('/replayed')).text()).toBe('stored');
    expect(served.filter((path) => path === '/replayed').length).toBe(1);
    rule.remove();
    await rule.replayed();
    expect(served.filter((path) => path === '/replayed').length).toBe(2);
  });

  it('delays an answer', async () => {
    proxy.addRule(ANY, { kind: 'delayAnswer', ms: () => 80 });
    const askedAt = performance.now();
    expect(await (await ask('/delayed')).text()).toBe('stored');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(79);
  });

  it('leaves upgrades without an answer', async () => {
    proxy.refuseUpgrades('silence');
    const socket = io(proxy.url, {
      transports: ['websocket'],
      forceNew: true,
      timeout: 100,
      reconnection: false,
    });
    open.push(socket);
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(String(error)).toContain('timeout');
    proxy.refuseUpgrades(false);
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
    expect(proxy.liveSockets()).toBe(1);
    const lost = new Promise((resolve) => socket.once('disconnect', resolve));
    proxy.cutSockets();
    await lost;
    await waitFor('the proxy to see it', () => proxy.liveSockets() === 0);
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

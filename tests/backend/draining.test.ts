import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let agent: Agent;
beforeEach(async () => {
  backend = await startBackend();
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await backend.destroy();
});

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
}

/** One request over a connection that is kept. */
async function call(path: string, { method = 'GET', token, body }: Call = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(`${backend.url}${path}`, {
      agent,
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
    });
    outgoing.on('response', resolve).on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const { statusCode: status, headers } = response;
  return { status, connection: headers.connection, text: await text(response) };
}

describe('a node that is drained', () => {
  it('says so, answers what still comes, and lets each connection go', async () => {
    const [maya, jordan] = [await backend.signIn('maya'), await backend.signIn('trainer')];
    const conversationId = await backend.conversationWith(maya, jordan.id);
    const message = { method: 'POST', token: maya.accessToken, body: draft() };
    const socket = new TestSocket(backend.url, maya.accessToken);
    await socket.event('hello');
    const reason = new Promise((resolve) => socket.raw.once('disconnect', resolve));
    await Promise.all([call('/healthz'), call('/healthz')]);

    const drained = backend.app.drain();
    const [sent, ready] = await Promise.all([
      call(`/api/messaging/conversations/${conversationId}/messages`, message),
      call('/readyz'),
    ]);
    expect(sent).toMatchObject({ status: 201, connection: 'close' });
    expect(ready).toMatchObject({ status: 503, connection: 'close' });
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'draining', checks: { database: 'ok' } });
    // After a disconnection in words a client would not come back by itself.
    expect(await reason).toBe('transport close');
    await drained;
  });

  it('takes new connections until balancers know, and then none', async () => {
    const once = () => fetch(`${backend.url}/healthz`, { headers: { connection: 'close' } });
    await call('/healthz');
    const drained = backend.app.drain();
    expect((await once()).status).toBe(200);
    await drained;
    await expect(once()).rejects.toThrow();
    // The connection from before is still there for a request that is on its way.
    expect((await call('/healthz')).connection).toBe('close');
  });
});

import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
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
  it('answers what comes over open connections, and lets each go', async () => {
    const maya = await backend.signIn('maya');
    const jordan = await backend.signIn('trainer');
    const conversationId = await backend.conversationWith(maya, jordan.id);
    const message = { method: 'POST', token: maya.accessToken, body: draft() };
    const path = `/api/messaging/conversations/${conversationId}/messages`;
    await Promise.all([call('/healthz'), call('/healthz')]);

    const drained = backend.app.drain();
    const [sent, ready] = await Promise.all([call(path, message), call('/readyz')]);
    expect(sent).toMatchObject({ status: 201, connection: 'close' });
    expect(ready).toMatchObject({ status: 503, connection: 'close' });
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'draining', checks: { database: 'ok' } });
    await drained;
  });

  it('takes no new connections, and closes those on which nothing comes', async () => {
    await call('/healthz');
    const drained = backend.app.drain();
    await expect(fetch(`${backend.url}/healthz`, { headers: { connection: 'close' } })).rejects.toThrow();
    await drained;
    await backend.app.close();
    await waitFor('the connection to close', () => Object.keys(agent.freeSockets).length === 0);
  });

  it('closes its sockets so that they connect again elsewhere by themselves', async () => {
    const maya = await backend.signIn('maya');
    const socket = new TestSocket(backend.url, maya.accessToken);
    await socket.event('hello');
    const reason = new Promise((resolve) => socket.raw.once('disconnect', resolve));
    const drained = backend.app.drain();
    expect(await reason).toBe('transport close');
    await drained;
  });
});

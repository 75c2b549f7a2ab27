import { describe, expect, it } from 'vitest';
import { uuid } from './support/builders.ts';
import { createEngineUnderTest } from './support/engine-under-test.ts';
import { HTML_PAGE, refusal } from './support/scripted-server.ts';
import { PEER_ID, signIn, startServer } from './support/signed-in.ts';

const CANARY = 'canary words of a private message';

describe('signing in', () => {
  const attempt = (server: string) =>
    createEngineUnderTest().engine.handlers['session.signIn']({
      server,
      email: 'jordan@example.com',
      password: 'secret',
    });

  it.each([
    ['', 'invalid_server'],
    ['not an address', 'invalid_server'],
    ['ftp://127.0.0.1', 'invalid_server'],
    ['https://user:password@example.com', 'invalid_server'],
    ['http://example.com', 'insecure_server'],
    ['http://127.0.0.1.example.com', 'insecure_server'],
    ['127.0.0.1:1', 'unreachable'],
    ['https://no-such-host.invalid', 'unreachable'],
  ])('at "%s" says %s', async (server, code) => {
    expect(await attempt(server)).toMatchObject({ ok: false, error: { code } });
  });

  it.each([
    ['a wrong password', refusal(401, 'invalid_credentials'), 'invalid_credentials'],
    ['too many attempts', refusal(429, 'rate_limited', { 'retry-after': '17' }), 'rate_limited'],
    ['a page for people', HTML_PAGE, 'not_messaging_server'],
    ['a page for people that is not there', { ...HTML_PAGE, status: 404 }, 'not_messaging_server'],
    ['another service', { status: 200, body: { hello: 'world' } }, 'not_messaging_server'],
    ['another service’s 404', { status: 404, body: { message: 'Not Found' } }, 'not_messaging_server'],
    ['a redirect', { status: 302, headers: { location: 'https://example.com' } }, 'not_messaging_server'],
    ['a server in trouble', refusal(503, 'unavailable'), 'server_error'],
    ['a broken gateway', { ...HTML_PAGE, status: 502 }, 'server_error'],
  ])('with %s says so', async (_, answer, code) => {
    const server = await startServer();
    server.script = () => answer;
    const result = await attempt(server.url);
    expect(result).toMatchObject({ ok: false, error: { code } });
    if (code === 'rate_limited') expect(result).toMatchObject({ error: { retryAfterSeconds: 17 } });
  });

  it('takes an address without scheme, with a path and with spaces around', async () => {
    const server = await startServer();
    const { host } = new URL(server.url);
    expect(await attempt(`  ${host}/some/where/  `)).toMatchObject({
      ok: true,
      value: { server: server.url },
    });
  });

  it('leaves no e-mail, name, password, token or text in the log', async () => {
    const server = await startServer();
    const under = createEngineUnderTest();
    server.store({ conversationId: 1, senderId: PEER_ID, clientMessageId: uuid(1), content: CANARY });
    await signIn(under, server);
    server.script = () => HTML_PAGE;
    under.enqueue(PEER_ID, CANARY);
    await under.told('outbox.upserted', ({ item }) => item.state === 'notSent');
    expect(under.logged.join('\n')).not.toMatch(/jordan|canary|secret|access-|refresh-/i);
  });
});

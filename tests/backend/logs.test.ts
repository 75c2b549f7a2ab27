import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeError } from '../../backend/operations/logger.ts';
import { z } from '../../shared/schema.ts';
import { runCommand } from './run-command.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const lineSchema = z.looseObject({
  level: z.int(),
  time: z.int(),
  pid: z.int(),
  msg: z.string(),
  reqId: z.string().optional(),
});
const requestSchema = lineSchema.extend({
  reqId: z.uuid(),
  method: z.string(),
  route: z.string().optional(),
  status: z.int(),
  milliseconds: z.number(),
});

const PINO_INFO = 30;
const PINO_ERROR = 50;

let backend: TestBackend;
let maya: Member;
let jordan: Member;
let thread: string;
let lines: () => readonly string[];
beforeEach(async () => {
  backend = await startBackend();
  lines = backend.keepLog();
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}/messages`;
});
afterEach(() => backend.destroy());

/** The lines that belong to an answer. */
function linesOf(answer: { readonly headers: Headers }) {
  const id = answer.headers.get('x-request-id');
  return lines()
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter(({ reqId }) => reqId === id);
}

describe('the log', () => {
  it('has one line for each request, under the id that the answer carries', async () => {
    const sent = await maya.post(thread, draft());
    const refused = await maya.get('/api/messaging/conversations/4000000');
    const lost = await backend.request('GET', '/nowhere/at/all?secret=1');
    expect(linesOf(sent).map((line) => requestSchema.parse(line))).toEqual([
      expect.objectContaining({
        level: PINO_INFO,
        msg: 'request',
        method: 'POST',
        route: '/api/messaging/conversations/:id/messages',
        status: 201,
        userId: maya.id,
      }),
    ]);
    expect(linesOf(refused)).toEqual([expect.objectContaining({ level: PINO_INFO, status: 404 })]);
    const [line] = linesOf(lost);
    expect(line).toMatchObject({ status: 404 });
    expect(line).not.toHaveProperty('route');
  });

  it('tells of what never became a request, under the id of its answer', async () => {
    const { hostname, port } = new URL(backend.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.end('my private words are not HTTP\r\n\r\n');
    const answer = await text(socket);
    const id = /x-request-id: (\S+)/.exec(answer)?.[1];
    const found = lines().filter((line) => line.includes(id ?? 'no id'));
    expect(found.map((line) => lineSchema.parse(JSON.parse(line)))).toEqual([
      expect.objectContaining({ msg: 'unreadable request', status: 400, reason: 'HPE_INVALID_METHOD' }),
    ]);
    expect(found.join('')).not.toContain('private');
  });

  it('says in the line of a request why the server failed', async () => {
    await backend.database.transaction((trx) =>
      trx.schema.alterTable('feed_events').renameTo('gone_events').execute(),
    );
    const failed = await maya.post(thread, draft('Not for the log.'));
    expect(failed.status).toBe(500);
    const found = linesOf(failed);
    expect(found).toEqual([
      expect.objectContaining({
        level: PINO_ERROR,
        msg: 'request failed',
        status: 500,
        err: expect.objectContaining({
          stack: expect.arrayContaining([expect.stringMatching(/^ {4}at /)]) as unknown,
        }) as unknown,
      }),
    ]);
  });

  it('never has a text, a token, a password or an e-mail address in it, whatever fails', async () => {
    const canaries = {
      text: 'canary text of a message',
      password: 'canary-password-of-a-person',
      email: 'canary@people.example',
      token: 'canary-token-of-a-device',
    };
    const create = ['create-user', '--role', 'trainee', '--name', 'Canary Person', '--email', canaries.email];
    const created = await runCommand(backend.location, ...create);
    await expect(runCommand(backend.location, ...create)).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(canaries.email) as unknown }),
    );
    const login = { email: canaries.email, password: canaries.password };
    await backend.request('POST', '/api/auth/login', { body: login });
    await backend.request('POST', '/api/auth/login', { body: JSON.stringify(login).slice(0, -1) });
    await backend.request('POST', '/api/auth/login', { body: { ...login, email: [login.email] } });
    await backend.request('POST', '/api/auth/refresh', { body: { refreshToken: canaries.token } });
    await backend.request('GET', `/api/auth/me?token=${canaries.token}`, { token: canaries.token });
    await maya.post('/api/auth/password', { current: canaries.password, next: canaries.password });
    await maya.post('/api/push/devices', { token: canaries.token, platform: 'android' });
    await maya.post(thread, draft(canaries.text));
    await maya.post(thread, { ...draft(canaries.text), content: { text: canaries.text } });
    await maya.post(thread, `{"content": "${canaries.text}" oops`);
    await maya.get(`/api/messaging/feed?epoch=${encodeURIComponent(canaries.text)}`);

    const socket = new TestSocket(backend.url, maya.accessToken);
    await socket.event('hello');
    await socket.raw.emitWithAck(canaries.text, { text: canaries.text });
    await socket.raw.emitWithAck('auth', { token: canaries.token });
    const refused = new TestSocket(backend.url, canaries.token);
    await refused.refusal();

    await backend.database.transaction((trx) =>
      trx.schema.alterTable('feed_events').renameTo('gone_events').execute(),
    );
    expect((await maya.post(thread, draft(canaries.text))).status).toBe(500);
    await backend.database.transaction((trx) =>
      trx.schema.alterTable('conversations').renameTo('gone').execute(),
    );
    await socket.raw.emitWithAck('conversation:focus', { conversationId: 1 });
    socket.raw.disconnect();

    const log = lines().join('');
    expect(log).toContain('request failed');
    expect(log).toContain('socket event failed');
    const secrets = [...Object.values(canaries), created['password'], maya.accessToken, maya.refreshToken];
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/demo-password|@demo\.test|Canary Person/);
  });
});

describe('an error in the log', () => {
  it('tells its message only where that cannot quote what a person wrote', () => {
    const caught = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const described = (error: unknown) => JSON.stringify(describeError(error));
    const quoting = caught(() => JSON.parse('a private text'));
    expect(String(quoting)).toContain('private');
    expect(described(quoting)).toContain('SyntaxError');
    expect(described(quoting)).not.toContain('private');
    expect(described(new Error('outer', { cause: quoting }))).not.toMatch(/private|outer/);
    expect(described('a private text')).not.toContain('private');
    expect(
      described(Object.assign(new Error('x'), { detail: 'Key (email)=(a@b.example)', code: '23505' })),
    ).not.toContain('a@b');
    expect(described(new TypeError('this is not a function'))).toContain('not a function');
  });
});

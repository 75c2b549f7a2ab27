import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { messageAnswerSchema, impersonateAnswerSchema } from '../../shared/wire/rest.ts';
import { encodeFrame, OPCODES, RawWebSocket } from '../harness/raw-web-socket.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;
const opened: TestSocket[] = [];

function open(member: { accessToken: string }, headers?: Record<string, string>): TestSocket {
  const socket = new TestSocket(backend.url, member.accessToken, headers);
  opened.push(socket);
  return socket;
}

/** A socket that has been greeted. */
async function join(member: Member): Promise<TestSocket> {
  const socket = open(member);
  await socket.event('hello');
  return socket;
}

/** A connection that has joined nothing yet. */
const openRaw = () => RawWebSocket.open(`${backend.url}/socket.io/?EIO=4&transport=websocket`);

/** The same, when Maya has been greeted. */
async function joinRaw(): Promise<RawWebSocket> {
  const socket = await openRaw();
  socket.sendText(`40/messaging,${JSON.stringify({ token: maya.accessToken })}`);
  await socket.received.find('the greeting', (text) => text?.includes('"hello"') ?? true);
  return socket;
}

async function begin(settings?: Parameters<typeof startBackend>[0]): Promise<void> {
  backend = await startBackend({ sendLimitPerMinute: 0, ...settings });
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  conversationId = await backend.conversationWith(maya, jordan.id);
}

const send = (member: Member) =>
  member.post(`/api/messaging/conversations/${conversationId}/messages`, draft());

beforeEach(() => begin());
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.close();
  await backend.destroy();
});

describe('connecting', () => {
  it('greets with identity, feed number and time', async () => {
    await send(maya);
    const { epoch, feedSeq, serverTime } = await open(jordan).event('hello');
    expect((await send(maya)).headers.get('x-feed-head')).toBe(`${epoch}:2`);
    expect(feedSeq).toBe(1);
    expect(Math.abs(Date.parse(serverTime) - backend.clock())).toBeLessThan(10_000);
  });

  it.each([
    ['no token', () => ''],
    ['a wrong token', () => 'not-a-token'],
    ['a refresh token', () => maya.refreshToken],
  ])('refuses %s with a code', async (_what, token) => {
    expect(await open({ accessToken: token() }).refusal()).toMatchObject({
      data: { code: 'unauthenticated' },
    });
  });

  it('refuses an admin, who has no conversations', async () => {
    expect(await open(await backend.signIn('admin')).refusal()).toMatchObject({
      data: { code: 'forbidden_role' },
    });
  });

  it.each(['https://elsewhere.test', 'null', 'http://127.0.0.1:1'])(
    'refuses the origin %s',
    async (origin) => {
      expect(await open(maya, { origin }).refusal()).toBeInstanceOf(Error);
    },
  );

  it('lets nobody into another namespace', async () => {
    const socket = await openRaw();
    const auth = JSON.stringify({ token: maya.accessToken });
    socket.sendText(`40${auth}`);
    const refused = await socket.received.find('the refusal', (text) => text?.startsWith('44') ?? true);
    expect(refused).toContain('not_found');
    socket.sendText(`40/admin,${auth}`);
    expect(await socket.received.find('the next', (text) => text?.startsWith('44/admin,') ?? true)).toContain(
      'Invalid namespace',
    );
    socket.destroy();
  });

  it('accepts its own origin', async () => {
    await open(maya, { origin: backend.url }).event('hello');
  });

  it('allows ten sockets to a user, and an eleventh when one has gone', async () => {
    const sockets = await Promise.all(Array.from({ length: 10 }, () => join(maya)));
    expect(await open(maya).refusal()).toMatchObject({ data: { code: 'rate_limited' } });
    await join(jordan);
    const [first] = sockets;
    first?.close();
    for (let isIn = false; !isIn;) {
      const socket = open(maya);
      isIn = await Promise.race([socket.event('hello').then(() => true), socket.refusal().then(() => false)]);
    }
  });

  it('holds to ten also when thirty come at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = open(maya);
        return Promise.race([
          socket.event('hello').then(() => 'in'),
          socket.refusal().then(() => 'out'),
          socket.closed().then(() => 'out'),
        ]);
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(10);
  });
});

describe('live events', () => {
  it('reach every socket of both participants and nobody else', async () => {
    const rival = await join(await backend.signIn('rival'));
    const sockets = [await join(jordan), await join(jordan), await join(maya)];
    const { message } = (await send(maya)).read(messageAnswerSchema);
    for (const socket of sockets) {
      const { feedSeq, event } = await socket.event('feed');
      expect(event).toEqual({ feedSeq, type: 'message.created', message });
    }
    await rival.emit('conversation:focus', { conversationId: null });
    expect(rival.told('feed')).toEqual([]);
  });

  it('come in the order of their numbers', async () => {
    const socket = await join(jordan);
    await Promise.all(Array.from({ length: 30 }, () => send(maya)));
    await socket.event('feed', ({ feedSeq }) => feedSeq === 30);
    expect(socket.told('feed').map(({ feedSeq }) => feedSeq)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
  });
});

describe('typing', () => {
  it('is told to the other participant only', async () => {
    const [trainer, trainee, liam] = [
      await join(jordan),
      await join(maya),
      await join(await backend.signIn('liam')),
    ];
    expect(await trainee.emit('typing', { conversationId, isTyping: true })).toEqual({ ok: true });
    const typing = { conversationId, userId: maya.id, isTyping: true };
    expect(await trainer.event('typing')).toEqual(typing);
    await Promise.all(
      [trainee, liam].map((socket) => socket.emit('conversation:focus', { conversationId: null })),
    );
    expect(trainee.told('typing')).toEqual([]);
    expect(liam.told('typing')).toEqual([]);
  });

  it('is refused in a conversation of others', async () => {
    const liam = await join(await backend.signIn('liam'));
    const refused = await liam.emit('typing', { conversationId, isTyping: true });
    expect(refused).toMatchObject({ error: { code: 'not_found' } });
    expect(await liam.emit('typing', { conversationId: 99_999, isTyping: true })).toEqual(refused);
  });

  it('is passed on once a second at most', async () => {
    const [trainer, trainee] = [await join(jordan), await join(maya)];
    const type = (isTyping: boolean) => trainee.emit('typing', { conversationId, isTyping });
    for (let index = 0; index < 5; index += 1) expect(await type(true)).toEqual({ ok: true });
    await type(false);
    await trainer.event('typing', ({ isTyping }) => !isTyping);
    expect(trainer.told('typing').map(({ isTyping }) => isTyping)).toEqual([true, false]);
    backend.clock.advance(1_000);
    await type(true);
    await trainer.toldTimes('typing', 3);
    expect(trainer.told('typing').at(-1)).toMatchObject({ isTyping: true });
  });

  it('ends when the last socket of the typer goes', async () => {
    const trainer = await join(jordan);
    const [desk, phone] = [await join(maya), await join(maya)];
    await desk.emit('typing', { conversationId, isTyping: true });
    await trainer.event('typing', ({ isTyping }) => isTyping);
    desk.close();
    await phone.emit('conversation:focus', { conversationId });
    expect(trainer.told('typing')).toHaveLength(1);
    phone.close();
    expect(await trainer.event('typing', ({ isTyping }) => !isTyping)).toMatchObject({ userId: maya.id });
  });
});

describe('focus', () => {
  it('is accepted for an own conversation or none, refused for others', async () => {
    const liam = await join(await backend.signIn('liam'));
    const socket = await join(maya);
    expect(await socket.emit('conversation:focus', { conversationId })).toEqual({ ok: true });
    expect(await socket.emit('conversation:focus', { conversationId: null })).toEqual({ ok: true });
    expect(await liam.emit('conversation:focus', { conversationId })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('is known until the person looks away or goes', async () => {
    const isSeen = (member: Member) => backend.app.gateway.isFocused(member.id, conversationId);
    const [desk, phone] = [await join(maya), await join(maya)];
    expect(await isSeen(maya)).toBe(false);
    await desk.emit('conversation:focus', { conversationId });
    expect([await isSeen(maya), await isSeen(jordan)]).toEqual([true, false]);
    await desk.emit('conversation:focus', { conversationId: null });
    expect(await isSeen(maya)).toBe(false);
    await phone.emit('conversation:focus', { conversationId });
    expect(await isSeen(maya)).toBe(true);
    phone.close();
    await vi.waitUntil(async () => !(await isSeen(maya)));
  });
});

describe('an impersonating admin', () => {
  it('receives the feed, but can neither type nor focus', async () => {
    const admin = await backend.signIn('admin');
    const answer = await admin.post('/api/auth/impersonate', { userId: jordan.id });
    const eyes = await join(backend.member({ ...admin, ...answer.read(impersonateAnswerSchema) }));
    for (const [name, payload] of [
      ['typing', { conversationId, isTyping: true }],
      ['conversation:focus', { conversationId }],
    ] as const) {
      expect(await eyes.emit(name, payload)).toMatchObject({ error: { code: 'impersonation_read_only' } });
    }
    await send(maya);
    await eyes.event('feed');
  });
});

describe('malformed events', () => {
  it('are answered with an error and change nothing', async () => {
    const socket = await join(maya);
    const names = fc.constantFrom('typing', 'conversation:focus', 'auth', 'message', '__proto__', 'toString');
    await fc.assert(
      fc.asyncProperty(names, fc.array(fc.jsonValue(), { maxLength: 3 }), async (name, payload) => {
        backend.clock.advance(1_000);
        const ack = await socket.emit(name, ...payload);
        const isHarmless = name === 'conversation:focus' && 'ok' in ack;
        expect('error' in ack || isHarmless).toBe(true);
      }),
      { numRuns: 150 },
    );
    await send(jordan);
    await socket.event('feed');
  });

  it('and packets that cannot be decoded do not end the connection', async () => {
    const socket = await joinRaw();
    for (const packet of [
      '42/messaging,{not json',
      '42/messaging,',
      '42/messaging,{"an":"object"}',
      '42/messaging,["connect"]',
      '47/messaging,[]',
      '451-/messaging,["auth",{"_placeholder":true,"num":9}]',
    ])
      socket.sendText(packet);
    socket.write(encodeFrame(OPCODES.binary, Buffer.from([1, 2, 3])));
    socket.sendText('42/messaging,7["conversation:focus",{"conversationId":null}]');
    const last = await socket.received.find(
      'the acknowledgement',
      (text) => text === null || text.startsWith('43/messaging,7'),
    );
    expect(last).toBe('43/messaging,7[{"ok":true}]');
    socket.destroy();
  });

  it('over 16 KiB end the connection', async () => {
    const socket = await joinRaw();
    socket.sendText(`42/messaging,7["typing","${'x'.repeat(16 * 1_024)}"]`);
    const end = (text: string | null) => text === null || text.startsWith('43/messaging,7');
    expect(await socket.received.find('the end of the connection', end)).toBeNull();
  });

  it('without acknowledgement are passed over', async () => {
    const socket = await join(maya);
    socket.raw.emit('typing');
    socket.raw.emit('conversation:focus', Buffer.from([1, 2, 3]));
    socket.raw.emit('nothing-like-this', 'x'.repeat(1_000));
    expect(await socket.emit('conversation:focus', { conversationId })).toEqual({ ok: true });
  });

  it('are limited to twenty a second', async () => {
    const socket = await join(maya);
    const acks = await Promise.all(
      Array.from({ length: 30 }, () => socket.emit('conversation:focus', { conversationId: null })),
    );
    expect(acks.filter((ack) => 'ok' in ack)).toHaveLength(20);
    expect(acks.at(-1)).toMatchObject({ error: { code: 'rate_limited' } });
    backend.clock.advance(1_000);
    expect(await socket.emit('conversation:focus', { conversationId: null })).toEqual({ ok: true });
  });
});

describe('the end of a session', () => {
  it('closes its sockets at once and leaves the user’s other sessions alone', async () => {
    const elsewhere = await backend.signIn('maya');
    const [socket, other] = [await join(maya), await join(elsewhere)];
    await maya.post('/api/auth/logout');
    expect(await socket.event('session:ended')).toEqual({ reason: 'revoked' });
    await socket.closed();
    expect(await other.emit('conversation:focus', { conversationId })).toEqual({ ok: true });
  });

  it('is found out within five seconds when it came from somewhere else', async () => {
    const socket = await join(maya);
    await backend.database.transaction((trx) =>
      trx.updateTable('users').set({ is_active: 0 }).where('id', '=', maya.id).execute(),
    );
    const startedAt = performance.now();
    await socket.closed();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  }, 10_000);

  it('comes when the access token expires, unless that was renewed', async () => {
    await backend.destroy();
    await begin({ accessTokenSeconds: 2 });
    backend.clock.advance(60_000);
    const { accessToken: laterToken } = await backend.signIn('trainer');
    backend.clock.advance(-60_000);
    const [expiring, renewed] = [
      await join(await backend.signIn('maya')),
      await join(await backend.signIn('trainer')),
    ];
    expect(await renewed.emit('auth', { token: laterToken })).toEqual({ ok: true });
    const second = await join(await backend.signIn('trainer'));
    expect(await expiring.event('session:ended')).toEqual({ reason: 'expired' });
    await expiring.closed();
    await second.closed();
    expect(await renewed.emit('conversation:focus', { conversationId })).toEqual({ ok: true });
  });

  it('cannot be put off with somebody else’s token', async () => {
    const socket = await join(maya);
    const refused = await socket.emit('auth', { token: jordan.accessToken });
    expect(refused).toMatchObject({ error: { code: 'unauthenticated' } });
  });
});

import { describe, expect, it } from 'vitest';
import type { Clock } from '../../electron/engine-api.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { waitFor } from '../harness/wait.ts';
import { createEngineUnderTest, hurried } from './support/engine-under-test.ts';
import { JumpingClock } from './support/jumping-clock.ts';
import { refusal } from './support/scripted-server.ts';
import { live, PEER_ID, signedIn, signIn, startServer, write } from './support/signed-in.ts';

const FIVE_MINUTES_MS = 300_000;

describe('the connection', () => {
  it('is one socket with one set of listeners after many reconnections', async () => {
    const clock = new JumpingClock();
    const { server, under } = await signedIn(undefined, clock);
    for (let round = 1; round <= 3; round += 1) {
      const from = under.batches.all.length;
      clock.jump(3_600_000);
      under.engine.onResume();
      under.engine.onResume();
      await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    }
    await waitFor('one socket', () => server.socketCount === 1);
    write(server, 1);
    await under.told('message.upserted');
    expect(under.batches.all.flat().filter(({ type }) => type === 'message.upserted').length).toBe(1);
  });

  it('comes back after the server ended it', async () => {
    const { server, under } = await signedIn(undefined, hurried(20));
    const from = under.batches.all.length;
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
  });

  it('renews a token that the handshake refuses, once, and connects with the new one', async () => {
    const { server, under } = await signedIn(undefined, hurried(20));
    server.expireAccess();
    server.refuseSocket = (token) => (token === 'access-1' ? null : 'unauthenticated');
    server.script = ({ path }) => (path.startsWith('/auth') ? null : refusal(503, 'unavailable'));
    const from = under.batches.all.length;
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    expect(server.seen(/auth\/refresh/).length).toBe(1);
  });

  it('renews its token when the server says that the session ended, and stays signed in', async () => {
    const { server, under } = await signedIn(undefined, hurried(20));
    const from = under.batches.all.length;
    server.emit('session:ended', { reason: 'expired' });
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    expect(server.seen(/auth\/refresh/).length).toBe(1);
    expect(under.engine.view().session).not.toBeNull();
  });

  it('lives on with the new token when REST had to renew it', async () => {
    const { server, under } = await signedIn();
    server.expireAccess();
    await under.engine.handlers['trainees.detail']({ traineeId: 1 });
    await waitFor('the new token on the socket', () => server.heard.length > 0);
    expect(server.heard).toEqual([{ name: 'auth', payload: { token: 'access-1' } }]);
  });

  it('tells again on a new socket which thread is looked at', async () => {
    const { server, under } = await signedIn();
    const focus = () =>
      server.heard.filter(({ name }) => name === 'conversation:focus').map(({ payload }) => payload);
    await under.engine.handlers['focus.set']({ peerId: PEER_ID });
    await waitFor('the focus', () => focus().length === 1);
    under.engine.onResume();
    await waitFor('the focus on the new socket', () => focus().length === 2);
    await under.engine.handlers['focus.set']({ peerId: null });
    await waitFor('no focus', () => focus().length === 3);
    expect(focus()).toEqual([{ conversationId: 1 }, { conversationId: 1 }, { conversationId: null }]);
  });

  it('emits nothing while it is down, also not later', async () => {
    const { server, under } = await signedIn(undefined, hurried(20));
    server.refuseSocket = () => 'too_many_sockets';
    server.disconnectSockets();
    await under.told('connection.changed', ({ connection }) => connection.phase === 'polling');
    await under.engine.handlers['typing.set']({ peerId: PEER_ID, isTyping: true });
    const from = under.batches.all.length;
    server.refuseSocket = () => null;
    await under.told('connection.changed', ({ connection }) => connection.phase === 'live', from);
    await under.engine.handlers['focus.set']({ peerId: PEER_ID });
    await waitFor('the focus', () => server.heard.length > 0);
    expect(server.heard.map(({ name }) => name)).toEqual(['conversation:focus']);
  });

  it('asks for news every five minutes, whatever a living socket says or keeps to itself (D16)', async () => {
    const clock: Clock = {
      ...systemClock,
      after: (ms, task) => systemClock.after(ms === FIVE_MINUTES_MS ? 20 : ms, task),
    };
    const { server, under } = await signedIn(undefined, clock);
    server.isLive = false;
    write(server, 1);
    await under.told('message.upserted');
    expect(under.engine.view().connection.phase).toBe('live');
  });

  it('trusts no recovery of the socket: what went lost meanwhile is caught up on (D6)', async () => {
    const server = await startServer(true);
    const under = createEngineUnderTest();
    await signIn(under, server);
    await live(under);
    write(server, 1);
    await under.told('message.upserted');
    server.isLive = false;
    write(server, 2);
    server.cutSockets();
    write(server, 3);
    await waitFor('the socket to be taken for the old one', () => server.recoveredCount === 1);
    await under.told('message.upserted', ({ message }) => message.seq === 3);
    expect(await under.texts(PEER_ID)).toEqual(['text 1', 'text 2', 'text 3']);
  });
});

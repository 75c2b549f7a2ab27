import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawWebSocket } from '../harness/raw-web-socket.ts';
import { BODY_MAX_BYTES } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const HEAD_INTERVAL_MS = 25_000;

let backend: TestBackend;
let maya: Member;
beforeEach(async () => {
  // Only what the server does by the clock; the connections go on by themselves.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  backend = await startBackend();
  maya = await backend.signIn('maya');
});
afterEach(async () => {
  await backend.destroy();
  vi.useRealTimers();
});

const openPacketSchema = z.object({
  pingInterval: z.number(),
  pingTimeout: z.number(),
  maxPayload: z.number(),
  upgrades: z.array(z.string()),
});

describe('the connection of a socket', () => {
  it('is a WebSocket from the start, with the times and the size of the protocol', async () => {
    const polling = await fetch(`${backend.url}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
    const socket = await RawWebSocket.open(`${backend.url}/socket.io/?EIO=4&transport=websocket`);
    const opened = await socket.received.find('the first packet', () => true);
    expect(openPacketSchema.parse(JSON.parse(opened?.slice(1) ?? ''))).toEqual({
      pingInterval: 5_000,
      pingTimeout: 4_000,
      maxPayload: BODY_MAX_BYTES,
      upgrades: [],
    });
    socket.destroy();
  });

  it('remembers nothing of one that was there before', async () => {
    const socket = await RawWebSocket.open(`${backend.url}/socket.io/?EIO=4&transport=websocket`);
    socket.sendText(`40/messaging,${JSON.stringify({ token: maya.accessToken })}`);
    const joined = await socket.received.find(
      'the socket to be in',
      (text) => text?.startsWith('40') ?? true,
    );
    // With connectionStateRecovery there would be a private id to come back with.
    expect(joined).not.toContain('pid');
    socket.destroy();
  });
});

describe('the head of the feed', () => {
  it('is told every 25 seconds, and so reveals a lost last event', async () => {
    const jordan = await backend.signIn('trainer');
    const socket = new TestSocket(backend.url, maya.accessToken);
    const { epoch, feedSeq } = await socket.event('hello');
    const conversation = await backend.conversationWith(maya, jordan.id);
    await jordan.post(`/api/messaging/conversations/${conversation}/messages`, draft());
    await socket.event('feed');
    vi.advanceTimersByTime(HEAD_INTERVAL_MS - 1);
    await socket.emit('conversation:focus', { conversationId: null });
    expect(socket.told('head')).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(await socket.event('head')).toEqual({ epoch, feedSeq: feedSeq + 1 });
    socket.close();
  });
});

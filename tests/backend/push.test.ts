import { describe, expect, it } from 'vitest';
import { impersonateAnswerSchema } from '../../shared/wire/rest.ts';
import { reactions } from '../harness/fake-fcm.ts';
import { preparePushWorld } from './push-world.ts';
import { TestSocket } from './sockets.ts';
import { draft } from './start-backend.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const world = preparePushWorld();

describe('a message to somebody who is not looking', () => {
  it('is pushed to each of their devices once, and to nobody else’s', async () => {
    const [phone, tablet, senders] = await Promise.all([
      world.addDevice(world.maya),
      world.addDevice(world.maya, 'ios'),
      world.addDevice(world.jordan),
    ]);
    const message = await world.send('Five kilometres,\n\neasy pace 🏃‍♀️');
    expect(await world.settled()).toMatchObject({ sent: 2, skipped: 0, failed: 0, retried: 0 });
    const data = { conversationId: String(world.conversationId), messageId: String(message.id) };
    for (const token of [phone, tablet]) {
      expect(world.fcm.acceptedBy(token)).toEqual([
        expect.objectContaining({
          notification: { title: '\u2068Jordan Reyes\u2069', body: 'Five kilometres, easy pace 🏃‍♀️' },
          data,
        }),
      ]);
    }
    expect(world.fcm.acceptedBy(senders)).toEqual([]);
    await world.send('Done!', world.maya);
    await world.settled();
    expect(world.fcm.acceptedBy(senders)).toMatchObject([
      { notification: { title: '\u2068Maya Chen\u2069' } },
    ]);
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it('replaces the conversation’s one before on every platform, and ends after a day', async () => {
    const tokens = await Promise.all(
      ['android', 'ios', 'web'].map((platform) => world.addDevice(world.maya, platform)),
    );
    const { createdAt } = await world.send();
    await world.settled();
    const key = `conversation-${world.conversationId}`;
    const [android, ios, web] = tokens.map((token) => world.fcm.acceptedBy(token)[0]);
    expect(android?.android).toMatchObject({
      priority: 'HIGH',
      collapse_key: key,
      notification: { tag: key },
    });
    expect(android?.android?.ttl).toMatch(/^(863\d\d|86400)s$/);
    expect(ios?.apns?.payload.aps['thread-id']).toBe(key);
    expect(ios?.apns?.headers).toEqual({
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-collapse-id': key,
      'apns-expiration': String(Math.floor((Date.parse(createdAt) + DAY_MS) / 1_000)),
    });
    expect(web?.webpush?.headers).toMatchObject({ Topic: key, Urgency: 'high' });
    expect(web?.webpush?.notification).toEqual({ tag: key });
  });

  it('is pushed once also when the send is repeated', async () => {
    const phone = await world.addDevice(world.maya);
    const body = draft();
    const path = `/api/messaging/conversations/${world.conversationId}/messages`;
    await Promise.all([world.jordan.post(path, body), world.jordan.post(path, body)]);
    await world.jordan.post(path, body);
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it('leaves no job behind for somebody without a device', async () => {
    await world.send();
    expect(await world.state()).toMatchObject({ waiting: 0, sent: 0, skipped: 0 });
  });

  it('reaches phones in the order in which it was written, whatever fails', async () => {
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(phone, reactions.unavailable);
    await world.send('one');
    await world.nextAttempt(1);
    await world.send('two');
    await world.send('three');
    await world.pass(MINUTE_MS);
    await world.settled();
    expect(world.bodies(phone)).toEqual(['one', 'two', 'three']);
  });
});

describe('nobody is bothered', () => {
  it('who is looking at the conversation', async () => {
    const phone = await world.addDevice(world.maya);
    const socket = new TestSocket(world.backend.url, world.maya.accessToken);
    await socket.event('hello');
    await socket.emit('conversation:focus', { conversationId: world.conversationId });
    await world.send('seen');
    expect(await world.settled()).toMatchObject({ skipped: 1, sent: 0 });
    await socket.emit('conversation:focus', { conversationId: null });
    await world.send('not seen');
    await world.settled();
    expect(world.bodies(phone)).toEqual(['not seen']);
    socket.close();
  });

  it('but the trainer through whose eyes an admin is looking', async () => {
    const phone = await world.addDevice(world.jordan);
    const admin = await world.backend.signIn('admin');
    const answer = await admin.post('/api/auth/impersonate', { userId: world.jordan.id });
    const socket = new TestSocket(world.backend.url, answer.read(impersonateAnswerSchema).accessToken);
    await socket.event('hello');
    await socket.emit('conversation:focus', { conversationId: world.conversationId });
    await world.send('For Jordan alone', world.maya);
    await world.settled();
    expect(world.bodies(phone)).toEqual(['For Jordan alone']);
    socket.close();
  });

  it.each<[string, (token: string) => Promise<unknown>]>([
    [
      'has read it meanwhile',
      () => world.maya.post(`/api/messaging/conversations/${world.conversationId}/read`, { upToSeq: 1e6 }),
    ],
    ['was removed meanwhile', () => world.jordan.delete(`/api/trainees/${world.maya.id}`)],
    [
      'has lost the session of the device',
      () =>
        world.backend.database.transaction((trx) =>
          trx.updateTable('sessions').set({ ended_at: 1 }).where('user_id', '=', world.maya.id).execute(),
        ),
    ],
    ['has signed out on the device', () => world.maya.post('/api/auth/logout')],
    ['has forgotten the device', (token) => world.maya.delete(`/api/push/devices/${token}`)],
    [
      'has given the device to another',
      async (token) => {
        const liam = await world.backend.signIn('liam');
        await liam.post('/api/push/devices', { token, platform: 'android' });
      },
    ],
    [
      'was deactivated',
      () =>
        world.backend.database.transaction((trx) =>
          trx.updateTable('users').set({ is_active: 0 }).where('id', '=', world.maya.id).execute(),
        ),
    ],
  ])('who %s', async (_what, act) => {
    world.isSpoilt = true;
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(phone, reactions.unavailable);
    await world.send();
    await world.nextAttempt(1);
    await act(phone);
    await world.pass(MINUTE_MS);
    expect(await world.settled()).toMatchObject({ sent: 0, skipped: 1, retried: 1 });
    expect(world.fcm.acceptedBy(phone)).toEqual([]);
  });
});

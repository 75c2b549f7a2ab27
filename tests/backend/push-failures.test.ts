import { describe, expect, it } from 'vitest';
import { fcmError, reactions, type Reaction } from '../harness/fake-fcm.ts';
import { waitFor } from '../harness/wait.ts';
import { preparePushWorld } from './push-world.ts';
import { draft } from './start-backend.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const world = preparePushWorld();

describe('when FCM fails', () => {
  it.each<[string, Reaction]>([
    ['is unavailable', reactions.unavailable],
    ['is behind a gateway that is broken', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['cuts the connection', 'cut'],
    ['is told of a wrong project', fcmError(403, 'PERMISSION_DENIED')],
    ['is not at its address', { status: 404, body: '<html>Not Found</html>' }],
    ['cannot reach Apple', fcmError(401, 'UNAUTHENTICATED', { errorCode: 'THIRD_PARTY_AUTH_ERROR' })],
  ])('because it %s, it is tried again and the device is kept', async (_what, reaction) => {
    const phone = await world.addDevice(world.maya);
    const count = world.fcm.accessTokens.length;
    world.reactInTurn(phone, reaction);
    await world.send();
    const next = await world.nextAttempt(1);
    expect(next - world.backend.clock()).toBeGreaterThan(8_000);
    await world.pass(MINUTE_MS);
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
    expect(world.fcm.accessTokens.length).toBeLessThanOrEqual(count + 1);
  });

  it('is tried again when it does not answer in time', async () => {
    await world.restart(1);
    world.isSpoilt = true;
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(phone, 'hang');
    await world.send();
    await world.nextAttempt(1);
    await world.pass(MINUTE_MS);
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it('waits longer each time', async () => {
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(phone, ...Array.from({ length: 3 }, () => reactions.unavailable));
    await world.send();
    for (const [attempts, seconds] of [
      [1, 10],
      [2, 20],
      [3, 40],
    ] as const) {
      const wait = (await world.nextAttempt(attempts)) - world.backend.clock();
      expect(wait).toBeGreaterThan(seconds * 1_000 - 2_000);
      expect(wait).toBeLessThanOrEqual(seconds * 1_500);
      await world.pass(seconds * 1_500);
    }
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it.each([
    ['seconds', () => '120'],
    ['a date', () => new Date(Date.now() + 120_000).toUTCString()],
  ])('waits as long as FCM asks in %s', async (_what, retryAfter) => {
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(
      phone,
      fcmError(429, 'RESOURCE_EXHAUSTED', { errorCode: 'QUOTA_EXCEEDED', retryAfter: retryAfter() }),
    );
    const sentAt = world.backend.clock();
    await world.send();
    const next = await world.nextAttempt(1);
    expect(next - sentAt).toBeGreaterThan(118_000);
    expect(next - sentAt).toBeLessThan(125_000);
    await world.pass(122_000);
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it('gives up after a day', async () => {
    const phone = await world.addDevice(world.maya);
    world.fcm.react(({ token }) => (token === phone ? reactions.unavailable : 'accept'));
    await world.send();
    await world.nextAttempt(1);
    await world.pass(DAY_MS);
    expect(await world.settled()).toMatchObject({ sent: 0, failed: 1, retried: 1 });
  });

  it('neither delays a send nor makes it fail', async () => {
    const phone = await world.addDevice(world.maya);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.fcm.react(({ token }) => (token === phone ? { acceptAfter: promise } : 'accept'));
    for (let count = 0; count < 20; count += 1) await world.send();
    expect(await world.state()).toMatchObject({ waiting: 20, sent: 0, retried: 0 });
    resolve();
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(20);
  });

  it('keeps an outcome until the database takes it, rather than push twice', async () => {
    const phone = await world.addDevice(world.maya);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.fcm.react(({ token }) => (token === phone ? { acceptAfter: promise } : 'accept'));
    await world.send();
    await world.fcm.requests.find('the notification', ({ message }) => message.token === phone);
    const release = await world.backend.holdWriteLock();
    resolve();
    await waitFor('it to be accepted', async () => (await world.state()).sent === 1);
    await release();
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });
});

describe('a device that FCM does not know', () => {
  it.each([
    ['any more', reactions.unregistered],
    ['because its token is none', reactions.wrongToken],
  ])('%s is forgotten, and no other', async (_what, reaction) => {
    const [dead, alive] = [await world.addDevice(world.maya), await world.addDevice(world.maya)];
    world.fcm.react(({ token }) => (token === dead ? reaction : 'accept'));
    await world.send('one');
    await world.send('two');
    expect(await world.settled()).toMatchObject({ sent: 2, unregistered: 1 });
    expect(world.bodies(alive)).toEqual(['one', 'two']);
    const left = await world.backend.database.read.selectFrom('push_devices').select('token').execute();
    expect(left).toEqual([{ token: alive }]);
  });
});

describe('a notification that FCM refuses', () => {
  it.each([
    ['for its content', reactions.tooLarge],
    [
      'because the device is of another project',
      fcmError(403, 'PERMISSION_DENIED', { errorCode: 'SENDER_ID_MISMATCH' }),
    ],
  ])('%s is given up; the device and the next message are not', async (_what, reaction) => {
    const phone = await world.addDevice(world.maya);
    world.reactInTurn(phone, reaction);
    await world.send('one');
    await world.send('two');
    expect(await world.settled()).toMatchObject({ sent: 1, failed: 1, retried: 0 });
    expect(world.bodies(phone)).toEqual(['two']);
  });
});

describe('the access token', () => {
  it('is got once for many, and anew before it ends', async () => {
    await world.restart();
    await world.addDevice(world.maya);
    const count = world.fcm.accessTokens.length;
    for (let sends = 0; sends < 5; sends += 1) await world.send();
    await world.settled();
    expect(world.fcm.accessTokens).toHaveLength(count + 1);
    await world.pass(54 * MINUTE_MS);
    await world.send();
    await world.settled();
    expect(world.fcm.accessTokens).toHaveLength(count + 1);
    await world.pass(2 * MINUTE_MS);
    await world.send();
    expect(await world.settled()).toMatchObject({ sent: 7, retried: 0 });
    expect(world.fcm.accessTokens).toHaveLength(count + 2);
  });

  it('is asked for again later when there is none to be had', async () => {
    await world.restart();
    const phone = await world.addDevice(world.maya);
    world.fcm.refuseAccessTokens(true);
    await world.send();
    const wait = (await world.nextAttempt(1)) - world.backend.clock();
    world.fcm.refuseAccessTokens(false);
    expect(wait).toBeGreaterThan(25_000);
    await world.pass(MINUTE_MS);
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });

  it('is got anew at once when it is not accepted', async () => {
    const phone = await world.addDevice(world.maya);
    await world.send();
    await world.settled();
    world.fcm.revokeAccessTokens();
    await world.send();
    expect(await world.settled()).toMatchObject({ sent: 2, retried: 0 });
    expect(world.fcm.acceptedBy(phone)).toHaveLength(2);
  });
});

describe('many at once', () => {
  it('go to FCM sixteen at a time', async () => {
    const trainees = await Promise.all(['maya', 'liam', 'amara'].map((login) => world.backend.signIn(login)));
    for (const trainee of trainees) for (let count = 0; count < 7; count += 1) await world.addDevice(trainee);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.fcm.react(() => ({ acceptAfter: promise }));
    world.fcm.open.most = 0;
    for (const trainee of trainees) {
      await world.jordan.post('/api/messaging/conversations', { traineeId: trainee.id, ...draft() });
    }
    await waitFor('all places to be taken', () => world.fcm.open.now === 16);
    expect(await world.state()).toMatchObject({ waiting: 21, sent: 0 });
    resolve();
    expect(await world.settled()).toMatchObject({ sent: 21 });
    expect(world.fcm.open.most).toBe(16);
  });
});

describe('a stop', () => {
  it('waits for the answers under way', async () => {
    const phone = await world.addDevice(world.maya);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.fcm.react(({ token }) => (token === phone ? { acceptAfter: promise } : 'accept'));
    await world.send('one');
    await world.fcm.requests.find('the notification', ({ message }) => message.token === phone);
    await world.send('two');
    world.isSpoilt = true;
    const stopped = world.backend.stop();
    resolve();
    await stopped;
    // The other may still have been taken; if not, it is left to the next start.
    expect(world.bodies(phone)[0]).toBe('one');
    await world.backend.start();
    await world.settled();
    expect(world.bodies(phone)).toEqual(['one', 'two']);
  });

  it('leaves to the next start what FCM does not answer', async () => {
    const phone = await world.addDevice(world.maya);
    world.fcm.react(() => 'hang');
    await world.send();
    await world.fcm.requests.find('the notification', ({ message }) => message.token === phone);
    world.isSpoilt = true;
    const startedAt = performance.now();
    await world.backend.stop();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    world.fcm.react(() => 'accept');
    await world.backend.start();
    await world.settled();
    expect(world.fcm.acceptedBy(phone)).toHaveLength(1);
  });
});

describe('the log', () => {
  it('never has a text, a name, a device, a token or a key in it, whatever fails', async () => {
    await world.restart();
    world.isSpoilt = true;
    const lines = world.backend.keepLog();
    const phone = await world.addDevice(world.maya);
    for (const reaction of [
      reactions.tooLarge,
      fcmError(403, `${phone} of Jordan Reyes`),
      { status: 500, body: `{"error":{"message":"${phone}"}}` },
      'cut',
      reactions.unregistered,
    ] as const) {
      world.reactInTurn(phone, reaction);
      const count = await world.countOutcomes();
      await world.send('a private text');
      await waitFor('an outcome', async () => (await world.countOutcomes()) > count);
      await world.pass(10 * MINUTE_MS);
      await world.settled();
    }
    world.fcm.refuseAccessTokens(true);
    world.fcm.revokeAccessTokens();
    await world.addDevice(world.maya);
    const before = await world.countOutcomes();
    await world.send('a private text');
    await waitFor('an outcome', async () => (await world.countOutcomes()) > before);
    world.fcm.refuseAccessTokens(false);
    await world.pass(10 * MINUTE_MS);
    await world.settled();
    const log = lines().join('\n');
    for (const fact of ['given up', 'push notification waits', 'not registered any more']) {
      expect(log).toContain(fact);
    }
    const key = world.fcm.privateKey.split('\n')[3] ?? '';
    expect(key.length).toBeGreaterThan(60);
    const secrets = [
      key,
      'a private text',
      'Jordan',
      'Maya',
      'device:',
      'ya29',
      '@demo.test',
      'gserviceaccount',
    ];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

/** A backend that pushes, with people, phones, and an FCM that does as it is told. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { toPushSettings } from '../../backend/push/push-settings.ts';
import type { PushCounts } from '../../backend/push/worker.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { messageAnswerSchema } from '../../shared/wire/rest.ts';
import { startFakeFcm, type FakeFcm, type Reaction } from '../harness/fake-fcm.ts';
import { waitFor } from '../harness/wait.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let deviceCount = 0;

/** Jordan, who trains Maya, and another pair, on a backend that pushes to a fake FCM. */
export class PushWorld {
  fcm!: FakeFcm;
  backend!: TestBackend;
  jordan!: Member;
  maya!: Member;
  /** Jordan's with Maya. */
  conversationId = 0;
  /** Set by a test after which people or the backend are not as they were. */
  isSpoilt = false;
  #rival!: Member;
  #noahId = 0;
  /** What became of the notifications of the tests before. */
  #before!: Readonly<PushCounts>;

  async start(timeoutSeconds = 10): Promise<void> {
    const push = toPushSettings(this.fcm.credentials, this.fcm.endpoint, timeoutSeconds);
    // The tests let weeks pass; nobody is to be signed out by that.
    const backend = await startBackend({ push, accessTokenSeconds: 20 * 86_400, sendLimitPerMinute: 0 });
    this.backend = backend;
    const logins = ['trainer', 'maya', 'rival', 'noah'];
    const members = await Promise.all(logins.map((login) => backend.signIn(login)));
    const [jordan, maya, rival, noah] = members as [Member, Member, Member, Member];
    Object.assign(this, { jordan, maya });
    this.#rival = rival;
    this.#noahId = noah.id;
    this.conversationId = await backend.conversationWith(maya, jordan.id);
    await this.beginTest();
  }

  async restart(timeoutSeconds?: number): Promise<void> {
    await this.backend.destroy();
    await this.start(timeoutSeconds);
  }

  async beginTest(): Promise<void> {
    this.fcm.react(() => 'accept');
    await this.backend.database.transaction((trx) => trx.deleteFrom('push_devices').execute());
    this.#before = (await this.backend.app.pushQueueState()).counts;
  }

  /** Registers a device under a token that no other test has. */
  async addDevice(member: Member, platform = 'android'): Promise<string> {
    deviceCount += 1;
    const token = `device:${deviceCount}`;
    expect((await member.post('/api/push/devices', { token, platform })).status).toBe(201);
    return token;
  }

  /** Sends in Jordan's and Maya's conversation. */
  async send(content?: string, sender = this.jordan): Promise<Message> {
    const path = `/api/messaging/conversations/${this.conversationId}/messages`;
    return (await sender.post(path, draft(content))).read(messageAnswerSchema).message;
  }

  /** Lets time pass; the message of other people wakes the worker, which would look by itself a second later. */
  async pass(milliseconds: number): Promise<void> {
    this.backend.clock.advance(milliseconds);
    await this.#rival.post('/api/messaging/conversations', { traineeId: this.#noahId, ...draft() });
  }

  /** What has become of this test's notifications so far. */
  async state() {
    const { waiting, counts } = await this.backend.app.pushQueueState();
    const since = (what: keyof PushCounts) => counts[what] - this.#before[what];
    return {
      waiting,
      sent: since('sent'),
      failed: since('failed'),
      skipped: since('skipped'),
      retried: since('retried'),
      unregistered: since('unregistered'),
    };
  }

  /** Attempts of this test that have come to anything. */
  async countOutcomes(): Promise<number> {
    const { waiting: _waiting, ...counts } = await this.state();
    return Object.values(counts).reduce((sum, count) => sum + count);
  }

  /** Resolves when nothing waits any more, with what became of everything. */
  settled() {
    return waitFor('the queue to be empty', async () => {
      const now = await this.state();
      return now.waiting === 0 && now;
    });
  }

  /** Resolves with the time at which the one job that has failed so often is tried again. */
  nextAttempt(attempts: number): Promise<number> {
    return waitFor('the job to wait', async () => {
      // Before the job is looked at: while it is being tried, its next attempt is the end of the lease.
      const { retried } = await this.state();
      const jobs = await this.backend.database.read.selectFrom('push_jobs').selectAll().execute();
      const [job, ...others] = jobs;
      const hasFailed = retried >= attempts && job?.attempts === attempts;
      return others.length === 0 && hasFailed ? job.next_attempt_at : null;
    });
  }

  /** Lets FCM do each of these once for a device, and accept from then on. */
  reactInTurn(token: string, ...inTurn: Reaction[]): void {
    this.fcm.react((message) => (message.token === token ? (inTurn.shift() ?? 'accept') : 'accept'));
  }

  /** Texts that a device was notified of, in order. */
  bodies(token: string): string[] {
    return this.fcm.acceptedBy(token).map(({ notification }) => notification.body);
  }
}

/** The world of a test file; tests that change people or the backend say so in `isSpoilt`. */
export function preparePushWorld(): PushWorld {
  const world = new PushWorld();
  beforeAll(async () => {
    world.fcm = await startFakeFcm(() => world.backend.clock());
    await world.start();
  });
  afterAll(async () => {
    await world.backend.destroy();
    await world.fcm.close();
  });
  beforeEach(async () => {
    if (world.isSpoilt) await world.restart();
    else await world.beginTest();
    world.isSpoilt = false;
  });
  afterEach(({ task }) => {
    // What a test that failed has left behind is not to fail the ones after it.
    if (task.result?.state === 'fail') world.isSpoilt = true;
    expect(world.fcm.complaints).toEqual([]);
  });
  return world;
}

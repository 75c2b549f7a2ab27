import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toPushSettings } from '../../backend/push/push-settings.ts';
import { messageAnswerSchema } from '../../shared/wire/rest.ts';
import { startBackendProcess, type BackendProcess } from '../harness/backend-process.ts';
import { startFakeFcm, type FakeFcm } from '../harness/fake-fcm.ts';
import { startRedis } from '../harness/redis.ts';
import { waitFor } from '../harness/wait.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const PHONE = 'mayas:phone';

let fcm: FakeFcm;
beforeAll(async () => {
  fcm = await startFakeFcm();
});
afterAll(() => fcm.close());

let one: TestBackend;
let jordan: Member;
let maya: Member;
let path: string;

async function begin(settings: Parameters<typeof startBackend>[0], redisUrl?: string): Promise<void> {
  one = await startBackend({ sendLimitPerMinute: 0, ...settings }, redisUrl);
  [jordan, maya] = await Promise.all([one.signIn('trainer'), one.signIn('maya')]);
  path = `/api/messaging/conversations/${await one.conversationWith(maya, jordan.id)}/messages`;
  await maya.post('/api/push/devices', { token: PHONE, platform: 'android' });
}

const bodies = () => fcm.acceptedBy(PHONE).map(({ notification }) => notification.body);
const hasNothingToDo = (node: TestBackend) =>
  waitFor('the queue to be empty', async () => (await node.app.pushQueueState()).waiting === 0);

describe('two nodes of one service', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let two: TestBackend;
  beforeEach(async () => {
    redis = await startRedis();
    await begin({ push: toPushSettings(fcm.credentials, fcm.endpoint, 10) }, redis.url);
    two = await one.startNeighbour();
  });
  afterEach(async () => {
    await two.stop();
    await one.destroy();
    await redis.kill();
  });

  it('push each message once, in order, whichever of them delivers it', async () => {
    const from = bodies().length;
    const texts = Array.from({ length: 24 }, (_, index) => `message ${index}`);
    for (const [index, text] of texts.entries()) {
      const node = index % 2 === 0 ? one : two;
      expect((await node.member(jordan).post(path, draft(text))).status).toBe(201);
    }
    await hasNothingToDo(one);
    expect(bodies().slice(from)).toEqual(texts);
    const states = await Promise.all([one, two].map((node) => node.app.pushQueueState()));
    expect(states.map(({ counts }) => counts.sent).reduce((sum, sent) => sum + sent)).toBe(24);
  });

  it('hold a push back for whom is looking on the other', async () => {
    const from = bodies().length;
    const socket = new TestSocket(two.url, maya.accessToken);
    await socket.event('hello');
    const conversationId = Number(/\d+/.exec(path)?.[0]);
    await socket.emit('conversation:focus', { conversationId });
    await waitFor('both nodes to know', () => one.app.gateway.isFocused(maya.id, conversationId));
    await jordan.post(path, draft('seen on the other node'));
    await hasNothingToDo(one);
    socket.close();
    expect(bodies().slice(from)).toEqual([]);
  });
});

describe('a node that is killed', () => {
  const running = new Set<BackendProcess>();
  beforeEach(() => begin({ push: null }));
  afterEach(async () => {
    for (const node of running) await node.end('SIGKILL');
    running.clear();
    await one.destroy();
  });

  /** Starts a node that pushes. Its jobs are another's after five times the timeout: five seconds. */
  async function startNode(): Promise<BackendProcess> {
    const node = await startBackendProcess({
      args: ['--database', one.location],
      settings: {
        AUTH_SECRET: one.authSecret,
        FCM_CREDENTIALS: fcm.credentials,
        FCM_ENDPOINT: fcm.endpoint,
        FCM_TIMEOUT_SECONDS: '1',
      },
    });
    running.add(node);
    return node;
  }

  async function send(node: BackendProcess, text: string): Promise<number> {
    const response = await fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${jordan.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(draft(text)),
    });
    return messageAnswerSchema.parse(await response.json()).message.id;
  }

  it('leaves its notifications to the next, and none is pushed again that FCM has taken', async () => {
    const from = bodies().length;
    const first = await startNode();
    await send(first, 'taken');
    await hasNothingToDo(one);
    fcm.react(() => 'hang');
    const id = await send(first, 'not taken');
    await fcm.requests.find('the attempt', ({ message }) => message.data['messageId'] === String(id));
    await send(first, 'behind it');
    await first.end('SIGKILL');
    expect((await one.app.pushQueueState()).waiting).toBe(2);

    fcm.react(() => 'accept');
    await startNode();
    await hasNothingToDo(one);
    expect(bodies().slice(from)).toEqual(['taken', 'not taken', 'behind it']);
  });
});

/** Two nodes of one service, which reach each other by a Redis, with a trainer and a trainee. */
import { expect } from 'vitest';
import type { RedisServer } from '../harness/redis.ts';
import { waitFor } from '../harness/wait.ts';
import { TestSocket } from './sockets.ts';
import { startBackend, type Member, type TestBackend } from './start-backend.ts';

/** What {@link startTwoNodes} gives. */
export interface TwoNodes {
  readonly one: TestBackend;
  readonly two: TestBackend;
  readonly jordan: Member;
  readonly maya: Member;
  /** Of Jordan and Maya. */
  readonly conversationId: number;
  /** A socket that may still be refused. */
  open(node: TestBackend, member: Member): TestSocket;
  /** A socket that has been greeted. */
  join(node: TestBackend, member: Member): Promise<TestSocket>;
  /** Closes the sockets and ends both nodes; Redis stays. */
  end(): Promise<void>;
}

/** Starts both, and waits until each has Redis. */
export async function startTwoNodes(
  redis: RedisServer,
  settings: Parameters<typeof startBackend>[0] = {},
): Promise<TwoNodes> {
  const one = await startBackend({ sendLimitPerMinute: 0, ...settings }, redis.url);
  const two = await one.startNeighbour();
  await Promise.all([one, two].map((node) => untilRedisIs('ok', node)));
  const [jordan, maya] = await Promise.all([one.signIn('trainer'), two.signIn('maya')]);
  const opened: TestSocket[] = [];

  function open(node: TestBackend, member: Member): TestSocket {
    const socket = new TestSocket(node.url, member.accessToken);
    opened.push(socket);
    return socket;
  }

  return {
    one,
    two,
    jordan,
    maya,
    conversationId: await one.conversationWith(jordan, maya.id),
    open,
    async join(node, member) {
      const socket = open(node, member);
      await socket.event('hello');
      return socket;
    },
    async end() {
      for (const socket of opened) socket.close();
      await two.stop();
      await one.destroy();
    },
  };
}

/** Resolves when the node says this of its Redis. */
export async function untilRedisIs(state: string, node: TestBackend): Promise<void> {
  await waitFor(`the node to find Redis ${state}`, async () => {
    const { status, text } = await node.request('GET', '/readyz');
    expect(status).toBe(200);
    return text.includes(`"redis":"${state}"`);
  });
}

/** The trainer's app without its window: the engine on a folder of its own, behind a network that can go bad. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../../electron/engine-api.ts';
import { createEngine } from '../../../electron/engine.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import { openSocket } from '../../../electron/sync/connection.ts';
import type { ConversationView } from '../../../shared/views.ts';
import { seededRandom, type SeededRandom } from '../../harness/seeded-random.ts';
import { DEMO_PASSWORD, TraineeClient } from '../../harness/trainee-client.ts';
import { waitFor } from '../../harness/wait.ts';
import { createHttp } from './http.ts';
import { openNetwork, type Network } from './network.ts';

const TRAINER = 'trainer@demo.test';

/** A signed-in app with a live socket. */
export interface Entered {
  readonly engine: Engine;
  readonly network: Network;
  /** What all choices are made from, the app's own included. */
  readonly random: SeededRandom;
  /** The same person straight at the server: what it really has. */
  readonly witness: TraineeClient;
  /** The conversation list as the window would get it. */
  rows(): readonly ConversationView[];
  /** The conversation with this person. Throws when there is none. */
  conversationOf(peerId: number): number;
  leave(): Promise<void>;
}

/** Signs the trainer in to the backend at `serverUrl` over a network that is still good. */
export async function enterAsTrainer(serverUrl: string, seed: number): Promise<Entered> {
  const random = seededRandom(seed);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-network-'));
  const witness = await TraineeClient.signIn(serverUrl, TRAINER);
  const http = createHttp();
  const network = await openNetwork(serverUrl, random);
  const engine = createEngine({
    dataDir,
    clock: systemClock,
    random: () => random.next(),
    ...http,
    openSocket,
    vault: { isAvailable: false, seal: () => new Uint8Array(), open: () => null },
    log: () => undefined,
    publish: () => undefined,
  });
  const rows = (): readonly ConversationView[] => {
    const list = engine.handlers['conversations.list']({});
    if (list instanceof Promise || !list.ok) throw new Error('The app has no list.');
    return list.value;
  };
  const leave = async (): Promise<void> => {
    engine.stop();
    await network.close();
    http.dropConnections();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const signIn = { server: network.url, email: TRAINER, password: DEMO_PASSWORD, isDemo: false };
    const signedIn = await engine.signIn(signIn);
    if (!signedIn.ok) throw new Error(signedIn.error.code);
    await waitFor('the app to be live', () => engine.view().connection.phase === 'live');
    const conversationOf = (peerId: number): number => {
      const id = rows().find((row) => row.peerId === peerId)?.conversationId;
      if (typeof id !== 'number') throw new Error(`There is no conversation with ${peerId}.`);
      return id;
    };
    return { engine, network, random, witness, rows, conversationOf, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Hands a text to the app as its composer does; gives it back. */
export function write(engine: Engine, peerId: number, content: string): string {
  const answer = engine.handlers['outbox.enqueue']({ clientMessageId: randomUUID(), peerId, content });
  if (answer instanceof Promise || !answer.ok) throw new Error('The app did not queue a message.');
  return content;
}

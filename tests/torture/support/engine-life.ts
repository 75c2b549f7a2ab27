/**
 * A process that lives the engine's life once: signs in, fills its cache, queues and sends, ends in the ordinary way,
 * starts again from what it remembers, catches up with what it missed, and queues once more. It says on standard
 * output when a message is queued: `queued <text>`, and when it has ended: `closed`; it starts again when it hears
 * anything. Its only argument is a {@link LifePlan} as JSON.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Engine } from '../../../electron/engine-api.ts';
import { waitFor } from '../../harness/wait.ts';
import { messagesOfLife, planSchema } from './life-plan.ts';
import { createRealEngine, isSettled, signInTrainer } from './real-engine.ts';

const STDOUT = 1;

const plan = planSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { beforeRestart, fromTrainee, afterRestart } = messagesOfLife(plan);

async function queue(engine: Engine, { peerId, text }: { peerId: number; text: string }): Promise<void> {
  const input = { clientMessageId: randomUUID(), peerId, content: text };
  const queued = await engine.handlers['outbox.enqueue'](input);
  if (!queued.ok) throw new Error(`Not queued: ${queued.error.code}`);
  writeSync(STDOUT, `queued ${text}\n`);
}

async function settled(engine: Engine): Promise<void> {
  await waitFor('everything to be sent', () => isSettled(engine));
}

const first = createRealEngine(plan.dataDir);
await signInTrainer(first, plan.server);
for (const message of beforeRestart) await queue(first, message);
await settled(first);
first.stop();

writeSync(STDOUT, 'closed\n');
await once(process.stdin, 'data');

const second = createRealEngine(plan.dataDir);
second.start();
await settled(second);
const page = await second.handlers['messages.page']({ peerId: fromTrainee.peerId, beforeSeq: null });
const missed = page.ok ? page.value.items.find(({ content }) => content === fromTrainee.text) : undefined;
if (!missed) throw new Error('The missed message is not there.');
await second.handlers['read.mark']({ peerId: fromTrainee.peerId, upToSeq: missed.seq });
for (const message of afterRestart) await queue(second, message);
await settled(second);
second.stop();
process.exit(0);

/** Two hundred ways in which a disk can damage an account's databases, and what the app makes of each. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OutboxView } from '../../shared/views.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { waitFor, within } from '../harness/wait.ts';
import { accountFolderOf, conversation, temporaryFolder, uuid } from './support/builders.ts';
import { createEngineUnderTest, type EngineUnderTest } from './support/engine-under-test.ts';
import { FIXED_MUTATIONS, type Mutation, RANDOM_MUTATIONS } from './support/mutants.ts';
import { outboxRowBytes } from './support/row-bytes.ts';
import { refusal, type ScriptedServer } from './support/scripted-server.ts';
import { live, signIn, startServer, write } from './support/signed-in.ts';

const PEERS = [101, 102, 103] as const;
const SEEDS = Array.from({ length: 11 }, (_, index) => index + 1);
const START_MS = 5_000;
const DISCARDED = uuid(7);

type State = 'closed' | 'killed';

interface Template {
  readonly server: ScriptedServer;
  /** Profiles as the app leaves them when it is closed, and when it is killed. */
  readonly folders: Readonly<Record<State, string>>;
  readonly queued: readonly OutboxView[];
}

const refuseSends = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && path.endsWith('/messages') ? refusal(503, 'unavailable') : null;

function rowsOf({ engine }: EngineUnderTest): readonly OutboxView[] | null {
  const rows: OutboxView[] = [];
  for (const peerId of PEERS) {
    const list = engine.handlers['outbox.list']({ peerId });
    if (list instanceof Promise || !list.ok) return null;
    rows.push(...list.value);
  }
  return rows.toSorted((a, b) => a.position - b.position);
}

/** Long texts go over several pages, short ones lie beside each other in one. */
function textOf(number: number): string {
  return number % 9 === 0 ? `${number} ${'👍'.repeat(1_990)}` : `text ${number} ${'x'.repeat(number)}`;
}

/** An account with a cache, and with an outbox whose rows lie in the database and in its log. */
async function makeTemplate(): Promise<Template> {
  const server = await startServer();
  for (const id of [2, 3]) server.conversations.set(id, conversation({ id }));
  for (let number = 1001; number <= 1060; number += 1) write(server, number);
  server.script = refuseSends;
  const first = createEngineUnderTest();
  await signIn(first, server);
  await first.told('thread.invalidated');
  for (let number = 1; number <= 40; number += 1) {
    first.enqueue(PEERS[number % 3] ?? 101, textOf(number), uuid(number));
  }
  await first.engine.handlers['outbox.discard']({ clientMessageId: DISCARDED });
  first.engine.stop();

  const second = createEngineUnderTest({ dataDir: first.dataDir });
  second.engine.start();
  for (let number = 41; number <= 70; number += 1) {
    second.enqueue(PEERS[number % 3] ?? 101, textOf(number), uuid(number));
  }
  await live(second);
  for (const upToSeq of [1, 2, 3]) await second.engine.handlers['read.mark']({ peerId: 101, upToSeq });
  const killed = temporaryFolder();
  cpSync(first.dataDir, killed, { recursive: true });
  const queued = rowsOf(second) ?? [];
  second.engine.stop();
  expect(queued.length).toBe(69);
  return { server, folders: { closed: first.dataDir, killed }, queued };
}

interface Mutant {
  readonly under: EngineUnderTest;
  readonly path: string;
  /** What was left on the disk for the app to find. */
  readonly remains: Buffer;
  readonly isLogIntact: boolean;
}

function readIfFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Harms a copy of the template and starts the engine on it. */
function harm(template: Template, state: State, file: string, mutation: Mutation, seed: number): Mutant {
  const dataDir = temporaryFolder();
  cpSync(template.folders[state], dataDir, { recursive: true });
  const path = join(accountFolderOf(dataDir), file);
  const log = readIfFile(`${path}-wal`);
  mutation.apply(path, seededRandom(seed).next);
  const logAfter = readIfFile(`${path}-wal`);
  const remains = Buffer.concat([readIfFile(path), logAfter]);
  const under = createEngineUnderTest({ dataDir });
  const begun = performance.now();
  under.engine.start();
  expect(performance.now() - begun).toBeLessThan(START_MS);
  return { under, path, remains, isLogIntact: log.equals(logAfter) };
}

function asideFiles(path: string): readonly string[] {
  const name = /[^/\\]+$/.exec(path)?.[0] ?? '';
  return readdirSync(join(path, '..')).filter((other) => other.startsWith(`${name}.corrupt-`));
}

/** The copy of what the server has works again, and is told to be new if it had to be replaced. */
async function checkCache({ under, path }: Mutant, mutation: Mutation): Promise<void> {
  expect(under.engine.view().session).not.toBeNull();
  const isWhole = async () => {
    const list = under.engine.handlers['conversations.list']({});
    if (list instanceof Promise || !list.ok || list.value.length !== PEERS.length) return false;
    const page = await under.engine.handlers['messages.page']({ peerId: 101, beforeSeq: null });
    return page.ok && page.value.error === null && page.value.items.length === 20;
  };
  const isReplaced = () => asideFiles(path).length > 0;
  // An empty cache holds nothing that could be put aside.
  if (mutation.isObvious && !mutation.name.startsWith('a zero-length')) expect(isReplaced()).toBe(true);
  if (isReplaced()) {
    await waitFor('a refilled cache', isWhole);
    expect(under.engine.view().storageProblem?.repairs?.isCacheReplaced).toBe(true);
    expect(await under.texts(101)).toEqual(Array.from({ length: 20 }, (_, index) => `text ${1041 + index}`));
  } else {
    await live(under);
    await under.engine.handlers['messages.page']({ peerId: 101, beforeSeq: null });
  }
  expect(rowsOf(under)?.length).toBe(69);
}

/** Whatever of the queue can still be read is in it, as it was; the person is told if something may not be. */
async function checkOutbox(mutant: Mutant, template: Template, mutation: Mutation): Promise<void> {
  const { under, path, remains } = mutant;
  expect(under.engine.view().session).not.toBeNull();
  const rows = await waitFor('a queue that can be read', () => rowsOf(under));
  const isReplaced = asideFiles(path).length > 0;
  if (mutation.isObvious) expect(isReplaced).toBe(true);
  if (isReplaced)
    expect(under.engine.view().storageProblem?.repairs?.restoredMessages).toEqual(expect.any(Number));
  else expect(rows.length).toBe(template.queued.length);

  const byId = new Map(rows.map((row) => [row.clientMessageId, row]));
  for (const row of template.queued) {
    const found = byId.get(row.clientMessageId);
    if (remains.includes(outboxRowBytes(row))) expect(found, row.content).toBeDefined();
    if (found?.state !== 'refused' && found) {
      expect([found.peerId, found.content]).toEqual([row.peerId, row.content]);
    }
  }
  if (mutant.isLogIntact) expect(byId.has(DISCARDED)).toBe(false);
  const kept = rows.map(({ clientMessageId }) => clientMessageId);
  const before = template.queued.map(({ clientMessageId }) => clientMessageId);
  expect(kept.filter((id) => before.includes(id))).toEqual(before.filter((id) => kept.includes(id)));
  under.enqueue(101, 'written afterwards');
}

describe('a damaged database', { timeout: 60_000 }, () => {
  it.each(FIXED_MUTATIONS)('with $name is replaced, whichever it is', async (mutation) => {
    const template = await makeTemplate();
    for (const state of ['closed', 'killed'] as const) {
      const cache = harm(template, state, 'cache.db', mutation, 0);
      await within(`the cache, ${state}`, checkCache(cache, mutation));
      cache.under.engine.stop();
      const outbox = harm(template, state, 'outbox.db', mutation, 0);
      await within(`the outbox, ${state}`, checkOutbox(outbox, template, mutation));
      outbox.under.engine.stop();
    }
  });

  it.each(RANDOM_MUTATIONS)(
    'with $name neither stops the app nor loses what can be read',
    async (mutation) => {
      const template = await makeTemplate();
      for (const seed of SEEDS) {
        const state = seed % 2 === 0 ? 'closed' : 'killed';
        const cache = harm(template, state, 'cache.db', mutation, seed);
        await within(`the cache, seed ${seed}`, checkCache(cache, mutation));
        cache.under.engine.stop();
        const outbox = harm(template, state, 'outbox.db', mutation, seed);
        await within(`the outbox, seed ${seed}`, checkOutbox(outbox, template, mutation));
        outbox.under.engine.stop();
      }
    },
  );
});

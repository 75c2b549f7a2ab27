/** The engine as the shell builds it, on a folder of its own, with everything it tells written down. */
import { onTestFinished } from 'vitest';
import type { Clock, Engine, EngineParts, TokenVault } from '../../../electron/engine-api.ts';
import { createEngine } from '../../../electron/engine.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import { openSocket } from '../../../electron/sync/connection.ts';
import { dropHttpConnections } from '../../../electron/sync/http-connections.ts';
import type { Change, ConversationView, TraineeView } from '../../../shared/views.ts';
import { EventLog } from '../../harness/wait.ts';
import { temporaryFolder } from './builders.ts';
import { keyring } from './keyring.ts';

/** A system without a keyring. */
export const noKeyring: TokenVault = {
  isAvailable: false,
  seal: () => {
    throw new Error('There is no keyring.');
  },
  open: () => null,
};

/** A clock on which planned things happen `factor` times sooner. */
export function hurried(factor: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * factor,
    after: (ms, task) => systemClock.after(ms / factor, task),
  };
}

export interface EngineUnderTest {
  readonly engine: Engine;
  readonly dataDir: string;
  /** Every published batch. */
  readonly batches: EventLog<readonly Change[]>;
  readonly logged: readonly string[];
  /** Ids of the messages handed out for a notification. */
  readonly notified: readonly string[];
  conversations(): ConversationView[];
  conversation(peerId: number): ConversationView | undefined;
  trainees(): TraineeView[];
  /** Texts of the newest page with this person. */
  texts(peerId: number): Promise<string[]>;
  enqueue(peerId: number, content: string, clientMessageId?: string): string;
  /** Waits for the first batch, from index `from` on, that has a change of this kind. */
  told<Type extends Change['type']>(
    type: Type,
    matches?: (change: Extract<Change, { type: Type }>) => boolean,
    from?: number,
  ): Promise<Extract<Change, { type: Type }>>;
}

function isOfType<Type extends Change['type']>(type: Type) {
  return (change: Change): change is Extract<Change, { type: Type }> => change.type === type;
}

/** Creates an engine; it is stopped after the test. */
export function createEngineUnderTest(
  options: {
    readonly dataDir?: string;
    readonly vault?: TokenVault;
    readonly clock?: Clock;
    readonly network?: Pick<EngineParts, 'fetch' | 'openSocket'>;
  } = {},
): EngineUnderTest {
  const dataDir = options.dataDir ?? temporaryFolder();
  const batches = new EventLog<readonly Change[]>();
  const logged: string[] = [];
  const notified: string[] = [];
  const engine = createEngine({
    dataDir,
    clock: options.clock ?? systemClock,
    random: Math.random,
    dropConnections: dropHttpConnections,
    ...(options.network ?? { fetch: globalThis.fetch, openSocket }),
    vault: options.vault ?? keyring,
    log: (event, facts) => void logged.push(`${event} ${JSON.stringify(facts ?? {})}`),
    publish: (changes) => batches.add(changes),
    notify: (messages) => void notified.push(...messages.map(({ clientMessageId }) => clientMessageId)),
  });
  onTestFinished(() => engine.stop());

  function conversations(): ConversationView[] {
    const list = engine.handlers['conversations.list']({});
    if (list instanceof Promise || !list.ok) throw new Error('No list.');
    return [...list.value];
  }

  return {
    engine,
    dataDir,
    batches,
    logged,
    notified,
    conversations,
    conversation: (peerId) => conversations().find((row) => row.peerId === peerId),
    trainees: () => {
      const list = engine.handlers['trainees.list']({});
      if (list instanceof Promise || !list.ok) throw new Error('No list.');
      return [...list.value];
    },
    texts: async (peerId) => {
      const page = await engine.handlers['messages.page']({ peerId, beforeSeq: null });
      if (!page.ok) throw new Error(page.error.code);
      return page.value.items.map(({ content }) => content);
    },
    enqueue: (peerId, content, clientMessageId = crypto.randomUUID()) => {
      const queued = engine.handlers['outbox.enqueue']({ clientMessageId, peerId, content });
      if (queued instanceof Promise || !queued.ok) throw new Error('Not queued.');
      return clientMessageId;
    },
    told: async (type, matches = () => true, from = 0) => {
      const ofType = isOfType(type);
      const find = (changes: readonly Change[]) => changes.filter(ofType).find(matches);
      const batch = await batches.find(`a change "${type}"`, (changes) => find(changes) !== undefined, {
        from,
      });
      const change = find(batch);
      if (!change) throw new Error('The batch changed.');
      return change;
    },
  };
}

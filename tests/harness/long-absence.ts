/** A client that was away for long: thousands of messages missed, hundreds of its own unsent. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../electron/engine.ts';
import type { TokenVault } from '../../electron/engine-api.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { openSocket } from '../../electron/sync/connection.ts';
import { z } from '../../shared/schema.ts';
import { forgetFeeds, storeMissedMessages } from './backend-history.ts';
import { startBackend, type Backend } from './backend.ts';
import { processorWaitMs } from './loop-probe.ts';
import { DEMO_PASSWORD, TraineeClient } from './trainee-client.ts';
import { within } from './wait.ts';

const TRAINER = 'trainer@demo.test';
const PROGRAM = fileURLToPath(new URL('returning-engine.ts', import.meta.url));
const RETURN_MS = 180_000;

/** What the returning engine is given. */
export const taskSchema = z.object({
  dataDir: z.string(),
  /** It is caught up when it counts so many unread messages, is live and has nothing left to send. */
  unread: z.int(),
});

const returnReport = z.object({
  /** From `start` until everything was caught up and sent. */
  settledMs: z.number(),
  /** Part of that in which the engine waited for a processor that other programs had. */
  waitedMs: z.number(),
  longestMs: z.number(),
  longestBusyMs: z.number(),
  unreadCount: z.int(),
  batches: z.int(),
  changes: z.int(),
  largestBatch: z.int(),
  /** Messages told to the window. */
  shown: z.int(),
  slow: z.array(z.string()),
});

/** How the return went, as the engine saw it. */
export type ReturnReport = z.infer<typeof returnReport>;

/** The same, and how long it would have taken, about, if engine and server had had the machine to themselves. */
export interface Return extends ReturnReport {
  readonly undisturbedMs: number;
}

/** For an account that nobody has to protect: tokens as they are. */
export const readableVault: TokenVault = {
  isAvailable: true,
  seal: (token) => Buffer.from(token),
  open: (sealed) => Buffer.from(sealed).toString(),
};

export interface Absence {
  readonly missed: number;
  /** Conversations among which the missed messages are spread. */
  readonly conversations: number;
  readonly unsent: number;
  /** People to whom the unsent messages are addressed, in turn. */
  readonly recipients: number;
  /** The server has forgotten the feed meanwhile, so that only a snapshot helps. */
  readonly isExpired: boolean;
}

/** The server as the client finds it, and what to compare with. */
export interface Away {
  readonly backend: Backend;
  /** Unsent texts by recipient, in the order in which they were queued. */
  readonly queued: ReadonlyMap<TraineeClient, readonly string[]>;
  /** Lets the client come back. */
  comeBack(): Promise<Return>;
  dispose(): Promise<void>;
}

const RECIPIENTS = ['maya', 'liam', 'zoe', 'amara', 'tomas', 'priya', 'soren', 'noor'];

/** Signs a client in, cuts it off, lets it queue messages, stops it, and lets the server live on without it. */
export async function beAway(absence: Absence): Promise<Away> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-away-'));
  const backend = await startBackend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
  const dispose = async (): Promise<void> => {
    await backend.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const recipients = await Promise.all(
      RECIPIENTS.slice(0, absence.recipients).map((login) =>
        TraineeClient.signIn(backend.url, `${login}@demo.test`),
      ),
    );
    const engine = createEngine({
      dataDir,
      clock: systemClock,
      random: Math.random,
      fetch: globalThis.fetch,
      openSocket,
      vault: readableVault,
      log: () => undefined,
      publish: () => undefined,
    });
    const input = { server: backend.url, email: TRAINER, password: DEMO_PASSWORD, isDemo: false };
    const signedIn = await engine.signIn(input);
    if (!signedIn.ok) throw new Error(signedIn.error.code);
    const unreadBefore = engine.view().unreadCount;
    await backend.stop();
    const queued = new Map<TraineeClient, string[]>(recipients.map((recipient) => [recipient, []]));
    for (let number = 1; number <= absence.unsent; number += 1) {
      const recipient = recipients[number % recipients.length];
      if (!recipient) throw new Error('Nobody to write to.');
      const content = `Unsent ${number}`;
      const clientMessageId = crypto.randomUUID();
      const answer = await engine.handlers['outbox.enqueue']({
        clientMessageId,
        peerId: recipient.user.id,
        content,
      });
      if (!answer.ok) throw new Error(answer.error.code);
      queued.get(recipient)?.push(content);
    }
    engine.stop();
    const { missed: count, conversations, isExpired } = absence;
    storeMissedMessages({ database: backend.database, trainerEmail: TRAINER, count, conversations });
    if (isExpired) forgetFeeds(backend.database);
    await backend.start();
    return {
      backend,
      queued,
      dispose,
      comeBack: async () => {
        const pid = backend.pid() ?? 0;
        const waitedBefore = processorWaitMs(pid);
        const report = await run({ dataDir, unread: unreadBefore + count });
        const serverWaitedMs = processorWaitMs(pid) - waitedBefore;
        // Both can stand in the queue at once, so only the longer wait surely came on top.
        const waitedMs = Math.max(report.waitedMs, serverWaitedMs);
        return { ...report, undisturbedMs: report.settledMs - waitedMs };
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function run(task: z.infer<typeof taskSchema>): Promise<ReturnReport> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return returnReport.parse(
      JSON.parse(await within('the engine to catch up', text(child.stdout), RETURN_MS)),
    );
  } finally {
    child.kill('SIGKILL');
  }
}

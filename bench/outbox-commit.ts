/** The durable write behind every own message, beside the least that SQLite needs for one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { v7 } from 'uuid';
import { createEngine } from '../electron/engine.ts';
import { systemClock } from '../electron/sync/clock.ts';
import { openSocket } from '../electron/sync/connection.ts';
import { startBackend } from '../tests/harness/backend.ts';
import { DEMO_PASSWORD, TraineeClient } from '../tests/harness/trainee-client.ts';
import { summarise, type Measurement } from './stats.ts';

const TEXT = 'Same time on Friday? Bring the belt, we go heavy.';

/** A bare table with an index on a UUID, WAL, and a commit that survives a power cut. */
function openBareDatabase(file: string): (clientMessageId: string) => void {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(
    'CREATE TABLE message (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, content TEXT NOT NULL)',
  );
  const insert = database.prepare('INSERT INTO message (key, content) VALUES (?, ?)');
  return (clientMessageId) => {
    insert.run(clientMessageId, TEXT);
  };
}

/**
 * Enqueues messages in the engine, in plain Node on a real disk: `count` one by one in turn with bare inserts,
 * and `count` into a queue that nobody empties.
 */
export async function measureOutbox(count: number): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-bench-'));
  const backend = await startBackend();
  const engine = createEngine({
    dataDir: path.join(folder, 'engine'),
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    openSocket,
    vault: { isAvailable: false, seal: () => new Uint8Array(), open: () => null },
    log: () => undefined,
    publish: () => undefined,
  });
  try {
    const maya = await TraineeClient.signIn(backend.url, 'maya@demo.test');
    const email = 'trainer@demo.test';
    const signedIn = await engine.signIn({
      server: backend.url,
      email,
      password: DEMO_PASSWORD,
      isDemo: false,
    });
    if (!signedIn.ok) throw new Error(`Signing in failed: ${signedIn.error.code}`);
    // Without a server nothing is sent, so that only the write itself is measured.
    await backend.kill();

    const insertBare = openBareDatabase(path.join(folder, 'bare.db'));
    const bare: number[] = [];
    const alone: number[] = [];
    const behindOthers: number[] = [];
    /** Times one enqueue and gives its id. */
    const enqueue = async (samples: number[]): Promise<string> => {
      const clientMessageId = v7();
      const from = performance.now();
      const answer = await engine.handlers['outbox.enqueue']({
        clientMessageId,
        peerId: maya.user.id,
        content: TEXT,
      });
      samples.push(performance.now() - from);
      if (!answer.ok) throw new Error(`Enqueueing failed: ${answer.error.code}`);
      // Lets the engine's own timers and answers run between two samples, as they do in the app.
      await new Promise((resolve) => setImmediate(resolve));
      return clientMessageId;
    };
    for (let index = 0; index < count; index += 1) {
      const from = performance.now();
      insertBare(v7());
      bare.push(performance.now() - from);
      await engine.handlers['outbox.discard']({ clientMessageId: await enqueue(alone) });
    }
    for (let index = 0; index < count; index += 1) await enqueue(behindOthers);

    const baseline = summarise(
      'bare durable INSERT',
      'better-sqlite3, one row with a unique key, WAL, synchronous=FULL, same disk, in turn with the next',
      bare,
    );
    return [
      baseline,
      summarise(
        'outbox commit',
        'engine.handlers["outbox.enqueue"] in plain Node, empty queue, unreachable server: check, durable commit, published change, answer',
        alone,
        { baseline },
      ),
      summarise(
        `outbox commit, ${count / 2} waiting`,
        `the same while the queue to one person grows from nothing to ${count}`,
        behindOthers,
        { baseline },
      ),
    ];
  } finally {
    engine.stop();
    await backend.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

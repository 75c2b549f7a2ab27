/**
 * A program of its own: the engine comes back to an account after a long absence, and says how that went. As a
 * process, so that neither the server nor whoever watches takes part in its event loop.
 * Argument: {@link Task} as JSON. Standard output: one line, {@link returnReport} as JSON.
 */
import { createEngine } from '../../electron/engine.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { openSocket } from '../../electron/sync/connection.ts';
import { dropHttpConnections } from '../../electron/sync/http-connections.ts';
import type { Change } from '../../shared/views.ts';
import { probeLoop, processorWaitMs } from './loop-probe.ts';
import { readableVault, taskSchema, type ReturnReport } from './long-absence.ts';

const task = taskSchema.parse(JSON.parse(process.argv[2] ?? ''));
const counts = { batches: 0, changes: 0, largestBatch: 0, shown: 0 };
const slow: string[] = [];
let settledAt: number | null = null;

function note(changes: readonly Change[]): void {
  counts.batches += 1;
  counts.changes += changes.length;
  counts.largestBatch = Math.max(counts.largestBatch, changes.length);
  counts.shown += changes.filter(({ type }) => type === 'message.upserted').length;
  check();
}

function check(): void {
  const { phase, waitingCount } = engine.view().connection;
  if (settledAt !== null || phase !== 'live' || waitingCount > 0 || engine.view().unreadCount < task.unread)
    return;
  settledAt = performance.now();
  // What the last commit set off may still be going on.
  setImmediate(finish);
}

function finish(): void {
  const report: ReturnReport = {
    ...counts,
    ...endProbe(),
    settledMs: (settledAt ?? Number.NaN) - startedAt,
    waitedMs: processorWaitMs(process.pid) - waitedBefore,
    unreadCount: engine.view().unreadCount,
    slow,
  };
  engine.stop();
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

const engine = createEngine({
  dataDir: task.dataDir,
  clock: systemClock,
  random: Math.random,
  fetch: globalThis.fetch,
  dropConnections: dropHttpConnections,
  openSocket,
  vault: readableVault,
  log: (event, facts) => {
    if (event === 'storage.slow_query') slow.push(JSON.stringify(facts));
  },
  publish: note,
});
const waitedBefore = processorWaitMs(process.pid);
const startedAt = performance.now();
const endProbe = probeLoop();
engine.start();

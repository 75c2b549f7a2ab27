/**
 * Loaded into a process (`NODE_OPTIONS: MEMORY_PROBE`), this lets another one ask by SIGUSR2 how much memory is
 * in use when all garbage is gone; the answer is a line of JSON on standard error.
 */
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  writeSync(2, `${JSON.stringify({ event: 'memory', bytes: heapUsed + external })}\n`);
});

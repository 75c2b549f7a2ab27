/** How a benchmark tells what it found: a table for people and JSON for programs. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { renderTable, type Measurement } from './stats.ts';

/** Load of the last minute before the first run: above the number of cores the figures say little. */
const loadBefore = loadavg()[0];

/** One line of progress, on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints the table and the JSON, and writes the JSON to `out` if it is given. */
export function report(
  measurements: readonly Measurement[],
  versions: Readonly<Record<string, string>>,
  out: string | undefined,
): void {
  const json = JSON.stringify(
    {
      measuredAt: new Date().toISOString(),
      machine: {
        platform: `${process.platform} ${process.arch}`,
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        node: process.version,
        ...versions,
        loadBefore,
      },
      measurements,
    },
    null,
    2,
  );
  if (out !== undefined) writeFileSync(out, `${json}\n`);
  process.stdout.write(`${renderTable(measurements)}\n\n${json}\n`);
}

/**
 * `npm run bench -- [--out FILE] [--runs N] [--messages N]`: measures the built app on this machine and
 * prints a table and JSON. Figures only: no pass, no fail.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from '../shared/schema.ts';
import { findElectronDir } from '../scripts/setup/electron.mjs';
import { measureLongAbsence } from './long-absence.ts';
import { measureMessages } from './messages.ts';
import { measureOutbox } from './outbox-commit.ts';
import { measureSlowServer } from './slow-server.ts';
import { measureStartUp } from './start-up.ts';
import { renderTable } from './stats.ts';

/** A few hundred at most: the whole shall stay under three minutes. */
const countSchema = z.coerce.number().int().min(1).max(500);

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '8' },
    messages: { type: 'string', default: '60' },
  },
});
const runs = countSchema.parse(values.runs);
const messageCount = countSchema.parse(values.messages);
const loadBefore = loadavg()[0];

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

say(`Starting the app and a bare window ${runs} times each, in turn ...`);
const startUp = await measureStartUp(runs);
say(`Sending ${messageCount} messages each way ...`);
const messages = await measureMessages(messageCount);
say('Typing while the server is slow ...');
const slowServer = await measureSlowServer(400);
say('Writing to the outbox ...');
const outbox = await measureOutbox(300);
say('Coming back from a long absence ...');
const longAbsence = await measureLongAbsence(1);

const measurements = [...startUp, ...messages, ...slowServer, ...outbox, ...longAbsence];
const report = {
  measuredAt: new Date().toISOString(),
  machine: {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    electron: readFileSync(path.join(findElectronDir() ?? '', 'version'), 'utf8').trim(),
    /** Load of the last minute before the first run: above the number of cores the figures say little. */
    loadBefore,
  },
  unit: 'ms',
  measurements,
};
const json = JSON.stringify(report, null, 2);
if (values.out !== undefined) writeFileSync(values.out, `${json}\n`);
process.stdout.write(`${renderTable(measurements)}\n\n${json}\n`);

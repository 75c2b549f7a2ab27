/**
 * `npm run bench -- [--out FILE] [--runs N] [--messages N]`: measures the built app on this machine and
 * prints a table and JSON. Figures only: no pass, no fail.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureMessages } from './messages.ts';
import { measureOutbox } from './outbox-commit.ts';
import { measureStartUp } from './start-up.ts';
import { renderTable } from './stats.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '8' },
    messages: { type: 'string', default: '60' },
  },
});

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

say(`Starting the app and a bare window ${values.runs} times each, in turn ...`);
const startUp = await measureStartUp(Number(values.runs));
say(`Sending ${values.messages} messages each way ...`);
const messages = await measureMessages(Number(values.messages));
say('Writing to the outbox ...');
const outbox = await measureOutbox(500);

const measurements = [...startUp, ...messages, ...outbox];
const report = {
  measuredAt: new Date().toISOString(),
  machine: {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
  },
  unit: 'ms',
  measurements,
};
const json = JSON.stringify(report, null, 2);
if (values.out !== undefined) writeFileSync(values.out, `${json}\n`);
process.stdout.write(`${renderTable(measurements)}\n\n${json}\n`);

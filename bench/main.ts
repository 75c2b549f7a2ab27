/**
 * `npm run bench -- [--out FILE] [--runs N] [--messages N]` measures the built app on this machine,
 * `npm run bench -- lists [--out FILE] [--quick]` scrolling through 100,000 messages and 10,000 conversations in it,
 * `npm run bench -- backend [--out FILE] [--quick] [--database sqlite|postgres]` the messaging backend.
 * Figures only: no pass, no fail.
 */
import { parseArgs } from 'node:util';
import { z } from '../shared/schema.ts';
import { electronVersion, measureApp } from './app.ts';
import { FULL, QUICK } from './backend/effort.ts';
import { measureBackend } from './backend/measure.ts';
import { measureLists } from './lists.ts';
import { report } from './report.ts';

/** A few hundred at most: the whole shall stay under three minutes. */
const countSchema = z.coerce.number().int().min(1).max(500);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '8' },
    messages: { type: 'string', default: '60' },
    database: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const part = z.enum(['app', 'lists', 'backend']).parse(positionals[0] ?? 'app');
if (part === 'backend') {
  const database = z.enum(['sqlite', 'postgres']).optional().parse(values.database);
  const { measurements, versions } = await measureBackend(values.quick ? QUICK : FULL, database);
  report(measurements, versions, values.out);
} else if (part === 'lists') {
  const effort = values.quick
    ? { messages: 3_000, conversations: 1_000 }
    : { messages: 100_000, conversations: 10_000 };
  report(await measureLists(effort), { electron: electronVersion() }, values.out);
} else {
  const measurements = await measureApp(countSchema.parse(values.runs), countSchema.parse(values.messages));
  report(measurements, { electron: electronVersion() }, values.out);
}
